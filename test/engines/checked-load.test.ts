import {EventEmitter} from 'node:events'
import {describe, expect, it} from 'vitest'
import {checkedLoad, wrongIn} from '../../src/engines/checked-load.js'
import type {EngineOptions, LoadSecond, LoadTotals, PreparedLoad} from '../../src/engines/engine.js'
import {EnvironmentError} from '../../src/errors.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'

const request = {due: 5, sent: 4, skipped: 1, answered: {200: 2, 500: 1}, failed: {timeout: 1}, histogram: ''}
const second = (changes: object = {}): LoadSecond => ({
  startMs: 1,
  requests: {a: {...request, ...changes}},
  health: {cpu: 0.1, inFlight: 0},
})

describe('a second that somebody else reports', () => {
  it.each<[unknown, RegExp | undefined]>([
    [second(), undefined],
    [{...second(), requests: {}}, undefined],
    [second({due: 4}), /4 were due, and sent and skipped are 5/],
    [second({failed: {}}), /4 were sent, and answered and failed are 3/],
    [second({answered: undefined}), /answered and failed are NaN/],
    [second({sent: 1.5}), /does not count/],
    [second({histogram: undefined}), /no histogram/],
    [{...second(), health: {cpu: 1}}, /no cpu and inFlight/],
    [{...second(), requests: undefined}, /no requests/],
    [undefined, /no startMs/],
  ])('is %j: %s', (reported, wrong) => {
    if (wrong) expect(wrongIn(reported)).toMatch(wrong)
    else expect(wrongIn(reported)).toBeUndefined()
  })
})

const totals: LoadTotals = {due: 1, sent: 1, skipped: 0, answered: 1, failed: 0}
const plan = planOf({endpoints: {}, requests: [{name: 'a'}], rates: constantRate(1, 100), timeoutMs: 50})

const supervise = async (load: Partial<PreparedLoad>) => {
  const lastResort = new EventEmitter()
  const seconds: LoadSecond[] = []
  let options: EngineOptions | undefined
  const prepared = await checkedLoad(
    'theirs',
    plan,
    {signal: new AbortController().signal, onSecond: (one) => seconds.push(one)},
    async (given) => {
      options = given
      return {run: async () => totals, stop: async () => {}, close: async () => {}, ...load}
    },
    lastResort,
  )
  return {prepared, lastResort, seconds, report: (one: LoadSecond) => options?.onSecond(one)}
}

const forEver = new Promise<LoadTotals>(() => {})

describe('somebody else’s load', () => {
  it('passes on what is right, and lets go of the process when it is closed', async () => {
    const {prepared, seconds, report, lastResort} = await supervise({})
    report(second())
    expect(await prepared.run(Date.now())).toBe(totals)
    expect(seconds).toEqual([second()])
    expect(lastResort.listenerCount('uncaughtException')).toBe(1)
    await prepared.close()
    expect(lastResort.listenerCount('uncaughtException')).toBe(0)
  })

  it('ends the run, not the process, by an error that it does not catch', async () => {
    const {prepared, lastResort} = await supervise({run: () => forEver})
    const failure = prepared.run(Date.now()).catch((error: unknown) => error)
    lastResort.emit('uncaughtException', new Error('fetch failed'))
    expect(await failure).toBeInstanceOf(EnvironmentError)
    expect(String(await failure)).toContain('"theirs" broke down: fetch failed')
    // Another one, while the faults are undone.
    lastResort.emit('uncaughtException', new Error('again'))
  })

  it('ends the run by a second that does not add up, and keeps that out of the record', async () => {
    const {prepared, report, seconds} = await supervise({run: () => forEver})
    const failure = prepared.run(Date.now()).catch((error: unknown) => error)
    report(second({sent: 2}))
    expect(String(await failure)).toMatch(/cannot be right: of "a", 5 were due/)
    expect(seconds).toEqual([])
  })

  it('passes on why a run failed', async () => {
    const {prepared} = await supervise({run: () => Promise.reject(new EnvironmentError('no licence'))})
    await expect(prepared.run(Date.now())).rejects.toThrow('no licence')
  })

  it('is given up when it does not end', async () => {
    const {prepared} = await supervise({run: () => forEver})
    // As if it had begun 30 s ago: its plan, its timeout and all patience are over.
    await expect(prepared.run(Date.now() - 30_200)).rejects.toThrow('does not end its run')
  })
})
