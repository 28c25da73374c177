import {describe, expect, it} from 'vitest'
import {Course} from '../../src/run/course.js'
import {watchDip} from '../../src/run/dip-watch.js'
import type {RunEvent} from '../../src/run/record.js'
import {judgeStanding} from '../../src/verdict/early/standing.js'
import {planOf} from '../fakes/engine-plan.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'
import {jumpingClock} from '../fakes/run-clock.js'

const planned = [
  {name: 'baseline', startMs: 0, endMs: 10_000},
  {name: 'fault', startMs: 10_000, endMs: 14_000},
  {name: 'recovery', startMs: 14_000, endMs: 30_000},
  {name: 'dip', startMs: 30_000, endMs: 40_000},
  {name: 'restored', startMs: 40_000, endMs: 50_000},
] as const

/** A run with a dip, in which events are bad from the fault until some time; judged as a real one is. */
const run = async ({badUntilMs = 14_000, rate = 50, fetch = async () => {}} = {}) => {
  const plan = planOf({endpoints: {edge: 'http://127.0.0.1:9'}, requests: [{name: 'ok'}]})
  plan.phases = planned.map((phase) => ({...phase}))
  plan.scenario.objectives = [
    {
      kind: 'ratio',
      name: 'up',
      bad: 'requests_total{code="500"}',
      total: 'requests_total',
      target: 0.95,
      during: ['baseline'],
      confidence: 0.95,
      minSamples: 1,
    },
  ]
  const clock = jumpingClock()
  const startedMs = clock.now()
  const shift = startedMs - runStartMs
  const series = (code: string, from: number, to: number) => {
    const one = seriesOf(
      'requests_total',
      {job: 'edge', instance: 'edge-1', code},
      scrapeTimes(-2000, 60_000),
      flow({
        fromMs: from,
        toMs: to,
        perSecond: rate,
      }),
    )
    return {...one, t: one.t.map((t) => t + shift)}
  }
  const all = [series('200', 0, 10_000), series('500', 10_000, badUntilMs), series('200', badUntilMs, 60_000)]
  const upTo = async (toMs: number) => {
    await fetch()
    return all.map(({labels, t, v}) => {
      const known = t.filter((tMs) => tMs <= toMs).length
      return {labels, t: t.slice(0, known), v: v.slice(0, known)}
    })
  }
  const events: RunEvent[] = []
  const record = (event: RunEvent): void => void events.push(event)
  const stop = new AbortController()
  const course = new Course(plan, clock, startedMs)
  const watched = watchDip({
    plan,
    course,
    live: {upTo, intervalMs: 500},
    judge: judgeStanding,
    clock,
    signal: stop.signal,
    record,
  })
  await Promise.all([watched, course.pass({signal: stop.signal, record, begins: () => {}})])
  const begun = events.flatMap((event) => (event.event === 'phase-started' ? [event.phase] : []))
  return {begun, events, course}
}

describe('a dip of the load', () => {
  it('is left out where all is well by then, and the run is over', async () => {
    const {begun, events, course} = await run()
    expect(begun).toEqual(['baseline', 'fault', 'recovery'])
    expect(events.find(({event}) => event === 'dip-left-out')).toMatchObject({
      message: 'all was well in the last 5s of the recovery',
    })
    expect(course.isCut).toBe(true)
  })

  it.each([
    ['where it is not', {badUntilMs: 60_000}],
    ['where that is not known for want of requests', {rate: 0}],
    ['where a few requests that were good say little', {rate: 0.5}],
  ])('comes %s', async (_, options) => {
    const {begun, events, course} = await run(options)
    expect(begun).toEqual(['baseline', 'fault', 'recovery', 'dip', 'restored'])
    expect(events.some(({event}) => event === 'dip-left-out')).toBe(false)
    expect(course.isCut).toBe(false)
  })

  it('comes where nobody can see, with a warning', async () => {
    const {begun, events} = await run({
      fetch: async () => {
        throw new Error('no answer')
      },
    })
    expect(begun).toContain('dip')
    expect(events.find(({event}) => event === 'warning')).toMatchObject({
      message: expect.stringContaining('no answer'),
    })
  })
})
