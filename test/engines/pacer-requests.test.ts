import {describe, expect, it} from 'vitest'
import pacer from '../../src/engines/pacer.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {runLoad, sumOf} from '../fakes/engine-run.js'
import {startShop} from '../fakes/flow-server.js'

describe('a request', () => {
  it('counts answers that it does not expect', async () => {
    const {url} = await startShop()
    const requests = [{name: 'a', path: '/teapot', expect: ['2xx' as const]}]
    const {seconds} = await runLoad(
      pacer,
      planOf({endpoints: {edge: url}, requests, rates: constantRate(20, 500)}),
    )
    expect(seconds.reduce((sum, {requests}) => sum + (requests['a']?.unexpected ?? 0), 0)).toBe(10)
  })

  it('sends bytes that are no text', async () => {
    const {url, seen} = await startShop()
    const bytes = Buffer.from([0xff, 0x00, 0x80, 0x0a])
    const requests = [{name: 'a', method: 'POST', bodyBase64: bytes.toString('base64')}]
    await runLoad(pacer, planOf({endpoints: {edge: url}, requests, rates: constantRate(20, 100)}))
    expect(seen.map(({body}) => body)).toEqual([bytes, bytes])
  })
})

describe('a log that is sent again', () => {
  it('comes at its times, under names without ids, with what it says of headers and bodies', async () => {
    const {url, seen} = await startShop()
    const plan = planOf({endpoints: {edge: `${url}/api`}, requests: [], rates: constantRate(5, 1000)})
    const entries = [
      {atMs: 0, name: 'GET /a/:id', method: 'GET', path: '/a/1?x={{y}}'},
      {atMs: 100, name: 'POST /b', method: 'POST', path: '/b', headers: {'x-k': 'v'}, body: {n: 1}},
      {atMs: 600, name: 'GET /a/:id', method: 'GET', path: '/a/2'},
      {atMs: 5000, name: 'GET /late', method: 'GET', path: '/late'},
    ]
    plan.scenario.load.streams = [
      {
        name: 'replay',
        profile: {kind: 'replay', perSecond: [3, 0, 0, 0, 0, 1], speed: 1},
        requests: [],
        replay: {path: 'x.log', speed: 1, entries},
      },
    ]
    const {seconds} = await runLoad(pacer, plan)
    expect(seen.map(({method, url, body}) => `${method} ${url} ${body}`)).toEqual([
      'GET /api/a/1?x={{y}} ',
      'POST /api/b {"n":1}',
      'GET /api/a/2 ',
    ])
    expect(seen[1]?.headers).toMatchObject({'x-k': 'v', 'content-type': 'application/json'})
    expect((seen[2]?.atMs ?? 0) - (seen[0]?.atMs ?? 0)).toBeGreaterThan(500)
    expect(sumOf(seconds, 'GET /a/:id').answered).toEqual({200: 2})
    expect(sumOf(seconds, 'GET /late').due).toBe(0)
  })
})
