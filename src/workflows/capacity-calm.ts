import {loadFigures} from '../capacity/figures.js'
import type {SearchState} from '../capacity/search-state.js'
import type {TrialSite} from '../run/trials/site.js'
import {systemClock} from '../system/clock.js'

const pulseMs = 1_500
/** A system that is not calm by then is measured as it is. */
const longestMs = 15_000
/** Calm is no slower than this many times what the warm-up saw, and these ms. */
const slower = 1.5
const slackMs = 5

const isCalm = (ms: number | undefined, calmMs: number | undefined): boolean =>
  ms !== undefined && calmMs !== undefined && ms <= slower * calmMs + slackMs

/** The first rate of a search; well below where a guard tripped, where that is less. */
export const littleLoad = ({options, tripped}: SearchState): number =>
  Math.min(options.startPerSecond, (tripped ?? Number.POSITIVE_INFINITY) / 2)

/**
 * After a trial that left queues behind, sends little load, again and again, until its answers come as fast as at the
 * beginning, and none is lost.
 */
export const untilCalm = async (site: TrialSite, state: SearchState): Promise<void> => {
  const {trials} = state
  const calmMs = trials.find(({purpose}) => purpose === 'warm-up')?.seen?.latencyMs?.p50
  const last = trials.at(-1)
  const wasCalm = last?.outcome === 'good' && isCalm(last.seen?.latencyMs?.p99, calmMs)
  if (calmMs === undefined || wasCalm) return
  const untilMs = systemClock.now() + longestMs
  while (systemClock.now() < untilMs) {
    const load = {ratePerSecond: littleLoad(state), settleMs: 0, measureMs: pulseMs}
    const {lostShare, latencyMs} = loadFigures(await site.send(load))
    if (lostShare === 0 && isCalm(latencyMs?.p50, calmMs)) return
  }
}
