import {expect, it} from 'vitest'
import type {MetricSource} from '../../src/metrics/source.js'
import type {PlannedPhase} from '../../src/plan/plan.js'
import {GuardTripped} from '../../src/run/guards.js'
import {LiveSeries} from '../../src/run/live-series.js'
import type {ObjectiveState} from '../../src/run/progress.js'
import type {Decision, RunEvent} from '../../src/run/record.js'
import {type JudgeStanding, type SoFar, watchStanding} from '../../src/run/standing.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import type {Clock} from '../../src/system/clock.js'
import {planOf} from '../fakes/engine-plan.js'
import {jumpingClock} from '../fakes/run-clock.js'

const up: Objective = {
  kind: 'ratio',
  name: 'up',
  good: 'good_total',
  total: 'all_total',
  target: 0.99,
  during: ['fault'],
  confidence: 0.95,
  minSamples: 30,
}

const fault: PlannedPhase = {name: 'fault', startMs: 0, endMs: 60_000}
const lost: Decision = {
  state: 'missed',
  eValue: 400,
  good: 80,
  total: 100,
  effective: 90,
  estimate: 0.8,
  low: 0.7,
  high: 0.9,
}

/** Watches a phase for ten seconds, or longer; `judge` is told the seconds since it began. */
const watch = async (
  judge: (second: number, soFar: SoFar) => ReturnType<JudgeStanding>,
  {
    early = false,
    guard = false,
    phase = fault,
    samples = async (_clock: Clock): Promise<never[]> => [],
    forMs = 10_500,
    judgingMs = 0,
  } = {},
) => {
  const jumping = jumpingClock()
  let judgedMs = 0
  const clock = {...jumping, now: () => jumping.now() + judgedMs}
  const startMs = clock.now()
  const plan = planOf({endpoints: {}, requests: []})
  const scenario = {
    ...plan.scenario,
    objectives: [up],
    ...(guard ? {lostGuards: [{name: 'up is lost', lost: 'up'}]} : {}),
  }
  const asked: number[] = []
  // Only its samples are asked for.
  const source = {
    intervalMs: 500,
    samples: async (_selector: string, fromMs: number) => {
      asked.push(fromMs - startMs)
      return await samples(clock)
    },
  } as unknown as MetricSource
  const events: RunEvent[] = []
  const told: ObjectiveState[][] = []
  const ended: string[] = []
  const stop = new AbortController()
  void clock.sleep(forMs).then(() => stop.abort(new Error('over')))
  const thrown = await watchStanding({
    plan: {...plan, scenario},
    course: {on: {phase, startMs}, end: (_, why) => ended.push(why)},
    events,
    live: new LiveSeries({...plan, scenario}, source, startMs),
    judge: (_, soFar) => {
      judgedMs += judgingMs
      return judge((soFar.toMs - startMs) / 1000, soFar)
    },
    early,
    clock,
    signal: stop.signal,
    tell: (states) => told.push(states),
    record: (event) => events.push(event),
  }).catch((error: unknown) => error)
  return {thrown, events, told, ended, asked}
}

const decidedAt =
  (at: number) =>
  (second: number): ReturnType<JudgeStanding> => ({
    objectives: [],
    decided: second >= at ? [{objective: 'up', decision: lost}] : [],
    ...(second >= at ? {mayEnd: '"up" decided'} : {}),
  })

it('looks once a second, and tells how the objectives stand', async () => {
  const state = {name: 'up', state: 'met', message: '', unit: 'ratio', target: 0.99} as const
  const {told, events, ended} = await watch(() => ({objectives: [state], decided: []}))
  expect(told).toHaveLength(11)
  expect(told[3]).toEqual([state])
  expect(events).toEqual([])
  expect(ended).toEqual([])
})

it('writes down what is decided once, and ends the phase, where that is asked for', async () => {
  const {events, ended} = await watch(decidedAt(3), {early: true})
  expect(events.filter(({event}) => event === 'objective-decided')).toEqual([
    expect.objectContaining({objective: 'up', phase: 'fault', ...lost}),
  ])
  expect(ended[0]).toBe('"up" decided')
  const full = await watch(decidedAt(3))
  expect(full.events).toEqual([])
  expect(full.ended).toEqual([])
})

it('writes down that what was met is missed later, and trips the guard then', async () => {
  const standing = (second: number): ReturnType<JudgeStanding> => ({
    objectives: [],
    decided: second >= 2 ? [{objective: 'up', decision: second >= 6 ? lost : {...lost, state: 'met'}}] : [],
  })
  const {events, thrown} = await watch(standing, {early: true, guard: true})
  expect(events).toMatchObject([
    {event: 'objective-decided', state: 'met'},
    {event: 'objective-decided', state: 'missed'},
  ])
  expect(thrown).toBeInstanceOf(GuardTripped)
})

it('stops the run when an objective is lost that a guard names, but only in its own phases', async () => {
  const {thrown, events} = await watch(decidedAt(3), {guard: true})
  expect(thrown).toBeInstanceOf(GuardTripped)
  expect(thrown).toMatchObject({
    guard: 'up is lost',
    message: 'guard "up is lost" tripped: "up" is lost for certain in the fault phase',
  })
  expect(events.map(({event}) => event)).toEqual(['objective-decided'])
  const baseline = await watch(decidedAt(3), {guard: true, phase: {...fault, name: 'baseline'}})
  expect(baseline.thrown).toMatchObject({message: 'over'})
})

it('says once why a phase cannot end early', async () => {
  const {events} = await watch(() => ({objectives: [], decided: [], full: 'nothing is judged in it'}), {
    early: true,
  })
  expect(events).toEqual([
    expect.objectContaining({
      event: 'note',
      message: 'the fault phase goes on to its planned end: nothing is judged in it',
    }),
  ])
})

it('goes on when the source does not answer, and says so once', async () => {
  const {events, thrown} = await watch(() => ({objectives: [], decided: []}), {
    samples: async () => {
      throw new Error('no answer')
    },
  })
  expect(thrown).toMatchObject({message: 'over'})
  expect(events).toEqual([expect.objectContaining({event: 'warning'})])
})

it('asks only for samples that are new', async () => {
  const {asked} = await watch(() => ({objectives: [], decided: []}))
  expect(asked[0]).toBe(-15_000)
  expect(asked.at(-1)).toBeGreaterThan(2000)
})

it('asks for nothing in a phase that nobody judges', async () => {
  const {asked} = await watch(() => ({objectives: [], decided: []}), {phase: {...fault, name: 'recovery'}})
  expect(asked).toEqual([])
})

it('looks again soon after an answer that was long in coming', async () => {
  const looks: number[] = []
  const judge = (second: number) => {
    looks.push(second)
    return {objectives: [], decided: []}
  }
  const samples = async (clock: Clock): Promise<never[]> => {
    // Both selectors of the first look are slow.
    if (looks.length === 0) await clock.sleep(5_000)
    return []
  }
  await watch(judge, {guard: true, forMs: 20_500, samples})
  expect(looks.slice(0, 3)).toEqual([0, 11, 12])
})

it.each([
  [{guard: true}, 5],
  [{early: true}, 5],
  [{}, 30],
])('looks more seldom where judging takes long, but not for ever: %o', async (how, pauseSeconds) => {
  const looks: number[] = []
  const judge = (second: number) => {
    looks.push(second)
    return {objectives: [], decided: []}
  }
  await watch(judge, {...how, forMs: 60_000, judgingMs: 2_000})
  expect(looks.slice(0, 2)).toEqual([0, 2 + pauseSeconds])
})
