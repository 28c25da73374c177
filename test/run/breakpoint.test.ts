import {expect, it} from 'vitest'
import type {MetricSource} from '../../src/metrics/source.js'
import type {Plan} from '../../src/plan/plan.js'
import {type JudgeRecent, LoadBroke, watchBreakpoint} from '../../src/run/breakpoint.js'
import {LiveSeries} from '../../src/run/live-series.js'
import type {RunEvent} from '../../src/run/record.js'
import {stoppedBy} from '../../src/run/stop-reason.js'
import {planOf} from '../fakes/engine-plan.js'
import {jumpingClock} from '../fakes/run-clock.js'

const rising: Plan['rates'] = [{startMs: 0, endMs: 60_000, fromPerSecond: 0, toPerSecond: 600}]

/** Watches a load that rises by 10/s each second, from a start at the clock's first moment. */
const watch = (
  judge: JudgeRecent,
  {
    kind = 'breakpoint',
    failsUntilMs = 0,
    source = 'embedded' as MetricSource['kind'],
    total = 'all_total',
  } = {},
) => {
  const plan = planOf({endpoints: {edge: 'http://127.0.0.1:9'}, requests: [{name: 'ok'}], rates: rising})
  const [stream] = plan.scenario.load.streams
  if (stream && kind === 'breakpoint') stream.profile = {kind, fromPerSecond: 0, toPerSecond: 600}
  plan.phases = [{name: 'warm-up', startMs: 0, endMs: 10_000}]
  plan.scenario.objectives = [
    {
      kind: 'ratio',
      name: 'up',
      good: 'good_total',
      total,
      target: 0.9,
      during: ['fault'],
      confidence: 0.9,
      minSamples: 1,
    },
  ]
  const clock = jumpingClock()
  const startedMs = clock.now()
  const asked: {selector: string; fromMs: number; toMs: number}[] = []
  const metrics: Pick<MetricSource, 'kind' | 'samples' | 'intervalMs'> = {
    kind: source,
    intervalMs: 500,
    samples: async (selector, fromMs, toMs) => {
      asked.push({selector, fromMs: fromMs - startedMs, toMs: toMs - startedMs})
      if (toMs - startedMs < failsUntilMs) throw new Error('no answer')
      // Asked for by both selectors: as a series of good events is among the total.
      return [{labels: {__name__: 'all_total', code: '200'}, t: [toMs], v: [1]}]
    },
  }
  // Of a source, only these are asked.
  const live = new LiveSeries(plan, metrics as MetricSource, startedMs)
  const events: RunEvent[] = []
  const log: string[] = []
  const stop = new AbortController()
  const done = watchBreakpoint({
    plan,
    startedMs,
    live,
    judge,
    clock,
    signal: stop.signal,
    record: (event) => events.push(event),
    stopLoad: async () => {
      log.push('load stopped')
    },
  })
  return {done, asked, events, log, startedMs, live}
}

/** Tells of whole seconds of the load, seven answers in each. */
const loadFor = (seconds: number, live: LiveSeries, startedMs: number): void => {
  for (let second = 0; second < seconds; second++)
    live.second({
      startMs: startedMs + second * 1000,
      requests: {ok: {due: 7, sent: 7, skipped: 0, answered: {200: 7}, failed: {}, histogram: ''}},
      arrivals: 7,
      health: {cpu: 0, inFlight: 0},
    })
}

it('a rising load is stopped where an objective is missed, and the run is complete', async () => {
  const {done, asked, log, startedMs} = watch((_plan, {toMs, series}) => {
    expect(series).toHaveLength(1)
    return toMs - startedMs >= 30_000 ? {objective: 'up', message: '80% good', toMs} : undefined
  })
  const reason = await done.catch((error: unknown) => error)
  expect(reason).toBeInstanceOf(LoadBroke)
  expect(log).toEqual(['load stopped'])
  expect(stoppedBy(reason, startedMs + 99_000)).toEqual({
    ended: 'completed',
    event: {
      kind: 'event',
      event: 'breakpoint',
      atMs: startedMs + 30_000,
      objective: 'up',
      ratePerSecond: 300,
      message: '80% good',
    },
  })
  // Not the warm-up; each second from then on, only what is new or may have come late.
  expect(asked[0]).toEqual({selector: 'all_total', fromMs: -15_000, toMs: 15_000})
  expect(asked.at(-1)).toEqual({selector: 'good_total', fromMs: 23_500, toMs: 30_000})
  expect(asked.filter(({selector}) => selector === 'good_total')).toHaveLength(16)
})

it('a source that does not answer stops nothing, and is told once', async () => {
  const {done, events, startedMs} = watch(
    (_plan, {toMs}) => (toMs - startedMs >= 30_000 ? {objective: 'up', message: '', toMs} : undefined),
    {failsUntilMs: 25_000},
  )
  await expect(done).rejects.toBeInstanceOf(LoadBroke)
  expect(events).toMatchObject([{event: 'warning', message: expect.stringContaining('no answer')}])
})

it('a load that is not to break is not watched', async () => {
  const {done, asked} = watch(() => ({objective: 'up', message: '', toMs: 0}), {kind: 'constant'})
  await done
  expect(asked).toEqual([])
})

it('an objective on the load itself is watched by its seconds, whatever the source is', async () => {
  const total = 'shakedown_load_requests_total'
  const seen: number[] = []
  const {done, live, startedMs} = watch(
    (_plan, {series, fromMs, toMs}) => {
      const counted = series.find(
        ({labels}) => labels['__name__'] === total && labels['outcome'] === 'answered',
      )
      seen.push(counted?.v.at(-1) ?? 0)
      // Only the stretch, and as much before it.
      for (const {t} of series) expect(Math.min(...t)).toBeGreaterThan(fromMs - 5000)
      return toMs - startedMs >= 20_000 ? {objective: 'up', message: '', toMs} : undefined
    },
    {source: 'prometheus', total},
  )
  loadFor(20, live, startedMs)
  await expect(done).rejects.toBeInstanceOf(LoadBroke)
  expect(seen.at(-1)).toBe(140)
})

it('while requests hang, the load is looked at up to its newest second, and broke at the rate of then', async () => {
  const stretches: (number | undefined)[][] = []
  const {done, live, startedMs} = watch(
    (_plan, {series, ofLoad, toMs}) => {
      stretches.push([toMs, ofLoad?.fromMs, ofLoad?.toMs].map((atMs) => atMs && atMs - startedMs))
      const load = series.find(({labels}) => labels['__name__'] === 'shakedown_load_arrivals_total')
      // Counts need a sample from before the stretch, too.
      if (ofLoad) expect(load?.t[0]).toBeLessThanOrEqual(ofLoad.fromMs)
      return toMs - startedMs >= 35_000 ? {objective: 'up', message: '', toMs: startedMs + 18_000} : undefined
    },
    {source: 'prometheus', total: 'shakedown_load_requests_total'},
  )
  // The newest seconds are not known before their requests time out, 10 s later.
  loadFor(18, live, startedMs)
  const reason = await done.catch((error: unknown) => error)
  expect(reason).toMatchObject({ratePerSecond: 180, atMs: startedMs + 35_000})
  expect(stretches).toContainEqual([28_000, 13_000, 18_000])
  // Nothing came for longer than a timeout explains.
  expect(stretches.at(-1)).toEqual([35_000, undefined, undefined])
})

it('no stretch of the load reaches into the warm-up', async () => {
  const stretches: unknown[] = []
  const {done, live, startedMs} = watch(
    (_plan, {ofLoad, toMs}) => {
      stretches.push(ofLoad)
      return toMs - startedMs >= 17_000 ? {objective: 'up', message: '', toMs} : undefined
    },
    {total: 'shakedown_load_requests_total'},
  )
  loadFor(14, live, startedMs)
  await expect(done).rejects.toBeInstanceOf(LoadBroke)
  expect(stretches).toEqual([undefined, undefined, undefined])
})
