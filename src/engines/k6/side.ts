import type {Plan} from '../../plan/plan.js'
import {type Share, type StreamArrivals, streamArrivalsOf} from './stream-arrivals.js'

/** One k6 of those that share a load. Times are epoch ms of its own clock. */
export interface Side {
  streams: Map<string, StreamArrivals>
  /** When its load began: the earliest that any arrival shows. */
  beganMs: number
  /** Where its clock may differ from ours: how late it began, by ours. */
  lateMs?: number
}

/** A share of the plan's arrivals, of which nothing is told yet. */
export const sideOf = (plan: Plan, share: Share): Side => ({
  streams: streamArrivalsOf(plan, share),
  beganMs: Number.POSITIVE_INFINITY,
})

/** In which second of the load, from 0, something was; k6 may have begun a moment late. */
export const secondOf = ({beganMs}: Side, epochMs: number): number =>
  Math.max(0, Math.floor((epochMs - beganMs) / 1000))

/** How late an arrival, due at the offset `atMs`, began at `nowMs`. */
export const latenessOf = (
  {beganMs, lateMs}: Side,
  {nowMs, atMs, startAtMs}: {nowMs: number; atMs: number; startAtMs: number},
): number => nowMs - atMs - (lateMs === undefined ? startAtMs : beganMs - lateMs)
