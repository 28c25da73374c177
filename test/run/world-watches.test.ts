import {expect, it} from 'vitest'
import type {ProxyState, ToxiproxyClient} from '../../src/clients/toxiproxy.js'
import type {ClockReading, MetricSource} from '../../src/metrics/source.js'
import type {Plan} from '../../src/plan/plan.js'
import type {RunEvent} from '../../src/run/record.js'
import {watchReplicas} from '../../src/run/replica-watch.js'
import {watchClocks} from '../../src/run/world-clocks.js'
import {watchProxies} from '../../src/run/world-proxies.js'
import type {Clock} from '../../src/system/clock.js'
import type {Workloads} from '../../src/targets/workloads.js'
import {plannedFault} from '../fakes/run-parts.js'

/** Looks as often as there are answers, then ends; a look without an answer fails. */
const looksAt = <Answer>(answers: readonly (Answer | undefined)[]) => {
  const over = new AbortController()
  const left = [...answers]
  const events: RunEvent[] = []
  let nowMs = 0
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      nowMs += ms
      if (left.length === 0) over.abort(new Error('over'))
      signal?.throwIfAborted()
    },
  }
  const next = async (): Promise<Answer> => {
    const answer = left.shift()
    if (answer === undefined) throw new Error('no answer')
    return answer
  }
  return {
    clock,
    next,
    signal: over.signal,
    events,
    record: (event: RunEvent): void => void events.push(event),
  }
}

const proxy = (...toxics: string[]): Record<string, ProxyState> => ({
  a: {
    name: 'a',
    listen: 'l',
    upstream: 'u',
    enabled: true,
    toxics: toxics.map((name) => ({name, type: 'latency', stream: 'upstream', toxicity: 1, attributes: {}})),
  },
  unused: {name: 'unused', listen: 'l', upstream: 'u', enabled: true, toxics: []},
})

it('writes down the proxies of the edges when they change, and not the toxics of ours that vary', async () => {
  const looks = looksAt([proxy(), undefined, proxy(), proxy('theirs'), proxy('theirs', 'run-1_f2'), {}])
  const plan = {
    target: {edges: {'x->a': {proxies: ['a']}}},
    faults: [plannedFault({id: 'f2', levels: [{atMs: 0, level: 0.5}]})],
  } as unknown as Plan // All that the watch reads.
  const toxiproxy = {proxies: looks.next} as unknown as ToxiproxyClient // It only lists.
  await expect(watchProxies({plan, runId: 'run-1', toxiproxy, ...looks})).rejects.toThrow('over')
  const states = looks.events.map(
    (event) => event.event === 'proxy' && (event.state?.toxics.map(({name}) => name) ?? 'gone'),
  )
  expect(states).toEqual([[], ['theirs'], 'gone'])
})

it('writes down a clock at first, and when it has moved', async () => {
  const at = (aheadMs: number): ClockReading[] => [{source: 'p', aheadMs, withinMs: 10}]
  const looks = looksAt([at(5), at(20), undefined, at(1000), at(1010)])
  const metrics = {clocks: looks.next} as unknown as MetricSource // Nothing else is asked.
  await expect(watchClocks({metrics, ...looks})).rejects.toThrow('over')
  expect(looks.events).toMatchObject([{aheadMs: 5}, {aheadMs: 1000}])
})

it('takes a replica that is no longer listed for stopped, but not when nobody answers', async () => {
  const one = {
    workload: 'shop',
    name: 'shop-1',
    pid: 1,
    state: 'ready',
    restarts: 0,
    url: '',
    startedAt: 0,
  } as const
  const looks = looksAt([[one], undefined, [one], [], []])
  const workloads = {replicas: looks.next} as unknown as Workloads // Nothing else is asked.
  await expect(watchReplicas(workloads, looks.clock, looks.signal, looks.record)).rejects.toThrow('over')
  expect(looks.events).toMatchObject([
    {replica: 'shop-1', state: 'ready', pid: 1},
    {replica: 'shop-1', state: 'stopped', pid: 0},
  ])
})
