import {describe, expect, it} from 'vitest'
import autocannon from '../../src/engines/autocannon.js'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {type PlanSketch, planOf} from '../fakes/engine-plan.js'

const prepare = async (sketch: Partial<PlanSketch>): Promise<unknown> => {
  const loop = {connections: 5, durationMs: 100}
  const plan = planOf({endpoints: {edge: 'http://127.0.0.1:9'}, requests: [{name: 'a'}], loop, ...sketch})
  const options = {signal: new AbortController().signal, onSecond: () => {}}
  const failure = await autocannon.prepare(plan, options).catch((error: unknown) => error)
  expect(failure instanceof UserError || failure instanceof EnvironmentError, String(failure)).toBe(true)
  return failure
}

describe('autocannon refuses before anything is sent', () => {
  it('requests to several endpoints', async () => {
    const endpoints = {edge: 'http://127.0.0.1:9', admin: 'http://127.0.0.1:10'}
    const requests = [{name: 'a'}, {name: 'b', endpoint: 'admin'}]
    expect(String(await prepare({endpoints, requests}))).toMatch(/one endpoint.*:9 and .*:10/)
  })

  it('an endpoint whose certificate it would not check', async () => {
    expect(String(await prepare({endpoints: {edge: 'https://127.0.0.1:9'}}))).toMatch(
      /accepts any certificate/,
    )
  })

  it('more connections than this machine has sockets', async () => {
    const loop = {connections: 10_000_000, durationMs: 100}
    expect(String(await prepare({loop}))).toMatch(/10000000 connections are asked for, and this/)
  })

  it('what its plan alone tells, in the dry run too', () => {
    const loop = {connections: 10_000_000, durationMs: 100}
    const plan = planOf({endpoints: {edge: 'http://127.0.0.1:9'}, requests: [{name: 'a'}], loop})
    expect(() => autocannon.check?.(plan)).toThrow(/connections are asked for/)
    const secure = planOf({
      endpoints: {edge: 'https://127.0.0.1:9'},
      requests: [{name: 'a'}],
      loop: {connections: 1, durationMs: 100},
    })
    expect(() => autocannon.check?.(secure)).toThrow(/accepts any certificate/)
  })

  it('a name that does not resolve', async () => {
    expect(String(await prepare({endpoints: {edge: 'http://no-such-host.invalid'}}))).toMatch(
      /no-such-host\.invalid.* (does not resolve|is not resolved)/,
    )
  })
})
