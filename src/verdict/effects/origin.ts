import {increasesOfAll} from '../counting.js'
import {courseOf} from '../fault-course.js'
import type {Observations} from '../observations.js'
import {chanceOfMiss, clopperPearson} from '../statistics/interval.js'
import type {Window} from '../windows.js'
import {type EdgeCounters, edgeCounters} from './edges.js'
import type {FailingEdge} from './effect.js'

/** A block of attempts is unlike the baseline when chance makes one like it less often than this. */
const leastChance = 1e-4
/** An edge that fails this much later may do so because of the other: a timeout is seen after its wait. */
const sameTimeMs = 2000
const leastBlockMs = 1000

/**
 * Where the errors came from: the edges whose attempts began to fail while a fault was in force, and among those that
 * did so first, the deepest. What fails at the leaf is seen on every edge on the way out; the origin is the one whose
 * callee has no failing call of its own.
 */
export const failingEdges = (observed: Observations): FailingEdge[] => {
  const {record, windows} = observed
  const courses = record.header.plan.faults.flatMap(({id}) => courseOf(record, id) ?? [])
  if (courses.length === 0 || !windows.baseline) return []
  const {baseline} = windows
  const during = {
    startMs: Math.min(...courses.map(({fromMs}) => fromMs)),
    endMs: Math.max(...courses.map(({toMs}) => toMs)),
  }
  const failing = edgeCounters(observed).flatMap((counters) => {
    const atMs = onsetOf(counters, during, baseline, observed.intervalMs)
    return atMs === undefined ? [] : [{edge: counters.edge, afterMs: atMs - during.startMs}]
  })
  const firstMs = Math.min(...failing.map(({afterMs}) => afterMs))
  const early = failing.filter(({afterMs}) => afterMs <= firstMs + sameTimeMs)
  const isDeepest = (edge: string): boolean =>
    !early.some((other) => other.edge.split('->')[0] === edge.split('->')[1])
  return failing
    .map((one) => ({...one, origin: early.includes(one) && isDeepest(one.edge)}))
    .sort((one, other) => one.afterMs - other.afterMs || Number(other.origin) - Number(one.origin))
}

/** The end of the first block with more failed attempts than the baseline explains. */
const onsetOf = (
  {attempts}: EdgeCounters,
  during: Window,
  baseline: Window,
  intervalMs: number,
): number | undefined => {
  const failed = attempts.filter(({labels}) => labels['result'] !== 'ok')
  const growth = (counters: EdgeCounters['attempts'], edgesMs: readonly number[]): number[] =>
    increasesOfAll(counters, edgesMs).map((grown) => grown ?? 0)
  const before = [baseline.startMs, baseline.endMs]
  const [total = 0] = growth(attempts, before)
  const [bad = 0] = growth(failed, before)
  const usual = total === 0 ? 0.01 : clopperPearson(Math.min(bad, total), total, 0.99).high
  const blockMs = Math.max(leastBlockMs, intervalMs)
  // One block more: what failed last is scraped after the undoing.
  const blocks = Math.ceil((during.endMs - during.startMs) / blockMs) + 1
  const edgesMs = Array.from({length: blocks + 1}, (_, at) => during.startMs + at * blockMs)
  const totals = growth(attempts, edgesMs)
  const bads = growth(failed, edgesMs)
  const first = totals.findIndex((all, at) => {
    const lost = Math.min(all, bads[at] ?? 0)
    return chanceOfMiss(all - lost, all, 1 - usual) < leastChance
  })
  return edgesMs[first + 1] !== undefined && first >= 0 ? edgesMs[first + 1] : undefined
}
