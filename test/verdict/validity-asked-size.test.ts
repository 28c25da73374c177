import {describe, expect, it} from 'vitest'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import {at, failedChecks, verdictOf} from '../fakes/record-judged.js'

/*
 *   0        5 s          25 s              55 s        75 s
 *   │ warm-up │  baseline  │  f1             │  recovery  │
 */
const pod = (offsetMs: number, name: string, pid: number, state = 'ready'): RunEvent => ({
  ...at(offsetMs),
  event: 'replica',
  replica: name,
  state,
  pid,
  restarts: 0,
  workload: 'order',
})

const judged = (switches: Record<string, number>, ...events: RunEvent[]): string[] =>
  failedChecks(
    verdictOf((record: RunRecord) => {
      const {plan} = record.header
      plan.target.workloads = {order: {replicas: ['order-a', 'order-b']}}
      plan.switches = switches
      for (const {aim} of plan.faults) Object.assign(aim, {workloads: ['order'], pods: 2})
      record.events = [...record.events, ...events].sort((one, other) => one.atMs - other.atMs)
    }),
  )

const [a, b] = [pod(-200, 'order-a', 10), pod(-200, 'order-b', 11, 'not-ready')]
const bEnds = pod(4_000, 'order-b', 0, 'stopped')
const replaced = [pod(30_000, 'order-a', 0, 'stopped'), pod(33_000, 'order-c', 12)]

describe('a workload that a switch of the run made smaller', () => {
  it('is of the size that was asked for, and what ended for it is nobody else', () => {
    expect(judged({'order.replicas': 1}, a, b, bEnds, ...replaced)).toEqual([])
  })

  it('is too small all the same when more of it ended', () => {
    expect(judged({'order.replicas': 1}, a, b, bEnds, pod(9_000, 'order-a', 0, 'stopped'))).toEqual([
      'replicas as the target says',
      'replicas restarted by nobody else',
    ])
  })

  it('is another system when nobody asked for it', () => {
    expect(judged({}, a, b, bEnds, ...replaced)).toEqual([
      'replicas as the target says',
      'replicas restarted by nobody else',
    ])
  })

  it('may be made larger', () => {
    const c = pod(-200, 'order-c', 12)
    expect(judged({'order.replicas': 3}, a, pod(-200, 'order-b', 11), c)).toEqual([])
    expect(judged({'order.replicas': 3}, a, pod(-200, 'order-b', 11))).toEqual([
      'replicas as the target says',
    ])
  })
})
