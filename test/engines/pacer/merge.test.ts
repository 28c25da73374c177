import hdr from 'hdr-histogram-js'
import {expect, it} from 'vitest'
import {createBooks} from '../../../src/engines/pacer/books.js'
import {inStep} from '../../../src/engines/pacer/in-step.js'
import {mergedSecond} from '../../../src/engines/pacer/merge.js'
import type {SecondPart} from '../../../src/engines/pacer/messages.js'
import {sumOf} from '../../fakes/engine-run.js'

/** What a thread reports of its first second, in which its requests took these latencies, and were so late. */
const partOf = (
  latenciesMs: number[],
  lateMs: number,
  health = {cpu: 0.5, gcMs: 1, heapMb: 20},
): SecondPart => {
  const parts: SecondPart[] = []
  const books = createBooks(['a'], {
    startAtMs: 5000,
    lastSecond: 0,
    health: () => ({...health, loopDelayMs: {p99: lateMs, max: lateMs * 2}}),
    onSecond: (part) => parts.push(part),
    onLive: () => {},
  })
  for (const ms of latenciesMs) {
    books.arrived(0)
    const entry = books.due(0, 0)
    books.sent(entry, lateMs)
    books.ended(entry, ms > 1000 ? {failure: 'timeout'} : {status: 200}, ms)
  }
  books.closeThrough(0, 3)
  const [part] = parts
  if (part === undefined) throw new Error('no second was reported')
  return part
}

it('a second of several threads has the sum of their counts, and percentiles of all their values', () => {
  const fast = partOf(Array(99).fill(1), 1)
  const slow = partOf([900, 1500], 40, {cpu: 0.25, gcMs: 7, heapMb: 30})
  const second = mergedSecond([fast, slow])
  expect(second.startMs).toBe(5000)
  expect(second.arrivals).toBe(101)
  const sum = sumOf([second], 'a')
  expect(sum).toMatchObject({due: 101, sent: 101, answered: {200: 100}, failed: {timeout: 1}})
  expect(sum.latencyUs.getValueAtPercentile(50)).toBeCloseTo(1000, -2)
  expect(sum.latencyUs.maxValue / 1000).toBeCloseTo(900, 0)
  expect(second.health).toMatchObject({
    cpu: 0.75,
    inFlight: 6,
    gcMs: 7,
    heapMb: 50,
    loopDelayMs: {p99: 40, max: 80},
  })
  expect(second.health.latenessMs?.p50).toBeCloseTo(1, 1)
  // Two of 101 were 40 ms late: that is beyond the 99th percentile of all, though all of one thread's.
  expect(second.health.latenessMs?.p99).toBeCloseTo(40, 0)
})

it('a second of one thread is what it reported', () => {
  const part = partOf([1, 2], 1)
  expect(mergedSecond([part])).toBe(part.second)
})

it('no answer is lost or doubled in merging', () => {
  const parts = [1, 2, 3].map((ms) => partOf(Array(50).fill(ms), 1))
  const merged = mergedSecond(parts).requests['a']?.histogram ?? ''
  expect(hdr.decodeFromCompressedBase64(merged).totalCount).toBe(150)
})

it('what several threads report is handed on together, each time in the order of the threads', () => {
  const handed: string[][] = []
  const step = inStep<string>(2, (together) => handed.push(together))
  step.add(1, 'b1')
  step.add(1, 'b2')
  expect(handed).toEqual([])
  step.add(0, 'a1')
  expect(handed).toEqual([['a1', 'b1']])
  // One that sends no more is not waited for.
  step.finish(0)
  expect(handed).toEqual([['a1', 'b1'], ['b2']])
  step.add(1, 'b3')
  expect(handed.at(-1)).toEqual(['b3'])
})
