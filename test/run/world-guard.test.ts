import {describe, expect, it} from 'vitest'
import {Outsiders, watchOutside} from '../../src/run/world-guard.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import type {WorldGuard} from '../../src/scenarios/scenario.js'
import type {Replica, Workloads} from '../../src/targets/workloads.js'
import {plannedFault} from '../fakes/run-parts.js'
import {scenarioWith} from '../fakes/scenario-plan.js'

const replica = (name: string, change: Partial<Replica> = {}): Replica => ({
  workload: 'shop',
  name,
  pid: 10,
  state: 'ready',
  restarts: 0,
  url: '',
  startedAt: 1,
  ...change,
})

const up: WorldGuard = {name: 'outside', outside: 'stays-up', forMs: 0}
const aim = {edges: [], replicas: ['hit'], does: '', undo: ''}

/** What stops the run, look by look, a second apart; every look has both replicas unless it says otherwise. */
const stops = (guard: WorldGuard, ...looks: Replica[][]): (string | undefined)[] => {
  const outsiders = new Outsiders([plannedFault({aim})])
  return looks.map((replicas, index) => {
    const [again] = outsiders.look(replicas, index * 1000)
    return again ?? outsiders.tripped(guard, index * 1000)
  })
}

const well = [replica('hit'), replica('spared')]

describe('a guard on what lies outside the blast radius', () => {
  it('lets a world that stays as it is alone', () => {
    expect(stops({...up, outside: 'stays-ready'}, well, well, well)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it.each([
    ['another process', [replica('hit'), replica('spared', {pid: 11})], 'was started again'],
    ['a restart between two looks', [replica('hit'), replica('spared', {restarts: 1})], 'was started again'],
    ['no process', [replica('hit'), replica('spared', {pid: 0, state: 'stopped'})], 'is gone'],
    ['no entry any more', [replica('hit')], 'is gone'],
  ])('stops the run at %s', (_, now, why) => {
    expect(stops(up, well, now)).toEqual([undefined, `spared, at which no fault aims, ${why}`])
  })

  it('does not stop it for what a fault aims at', () => {
    const killed = [replica('hit', {pid: 0, state: 'stopped', restarts: 3}), replica('spared')]
    expect(stops(up, well, killed, [replica('spared')])).toEqual([undefined, undefined, undefined])
  })

  it('waits as long as it is told to, but not for one that came back as another process', () => {
    const gone = [replica('hit')]
    const patient = {...up, forMs: 2000}
    expect(stops(patient, well, gone, gone, gone).map(Boolean)).toEqual([false, false, false, true])
    expect(stops(patient, well, gone, [replica('spared', {pid: 12})]).map(Boolean)).toEqual([
      false,
      false,
      true,
    ])
    expect(stops(patient, well, gone, well, gone).map(Boolean)).toEqual([false, false, false, false])
  })

  it('stops at one that is not ready only when it is to stay ready', () => {
    const busy = [replica('hit'), replica('spared', {state: 'not-ready'})]
    expect(stops(up, well, busy)).toEqual([undefined, undefined])
    expect(stops({...up, outside: 'stays-ready'}, well, busy).map(Boolean)).toEqual([false, true])
  })
})

describe('in a scenario', () => {
  it('stands among the other guards, with a name of its own or a number', () => {
    const guards =
      'guards: [{stop-when: up, below: 1}, {outside-blast-radius: stays-up}, {name: calm, outside-blast-radius: stays-ready, for: 2s}]'
    const scenario = scenarioWith({guards})
    expect(scenario.guards).toHaveLength(1)
    expect(scenario.worldGuards).toEqual([
      {name: 'guard 2', outside: 'stays-up', forMs: 0},
      {name: 'calm', outside: 'stays-ready', forMs: 2000},
    ])
  })

  it('says what may stand there', () => {
    const wrong = () => scenarioWith({guards: 'guards: [{outside-blast-radius: true}]'})
    expect(wrong).toThrow(ProblemsError)
    expect(wrong).toThrow(/stays-up/)
  })
})

describe('a guard that cannot look', () => {
  it('says once why, in the words of who keeps it from looking', async () => {
    const stop = new AbortController()
    const said: string[] = []
    let looks = 0
    const watching = watchOutside({
      guards: [up],
      faults: [],
      workloads: {
        replicas: async () => {
          looks += 1
          if (looks === 2) stop.abort(new Error('enough'))
          throw new Error('The pods are out of sight')
        },
      } as unknown as Workloads, // No more is asked.
      clock: {now: () => 0, sleep: async () => {}},
      signal: stop.signal,
      record: (event) => said.push(event.event === 'warning' ? event.message : event.event),
    })
    await expect(watching).rejects.toThrow('enough')
    expect(said).toEqual(['guard "outside" cannot look at the replicas: The pods are out of sight'])
  })
})
