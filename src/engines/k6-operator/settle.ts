import {setTimeout as sleep} from 'node:timers/promises'
import {EnvironmentError} from '../../errors.js'
import type {EndedRunner} from '../k6/cluster/ends-of-runners.js'
import {arrivalMetric, endedMetric} from '../k6/script/messages.js'
import {names, type PushReader} from './pushes.js'
import {countIn} from './runner-log.js'

/** The last push of a k6 comes before its end, and is there to be read within moments. */
const usualLimitMs = 15_000
const pauseMs = 500

/** What k6 calls in its summary what the Prometheus has under another name. */
const counted = [
  [arrivalMetric, names.arrivals, 'arrivals'],
  [endedMetric, names.ended, 'ends of requests'],
  ['iterations', names.iterations, 'ends of iterations'],
  ['dropped_iterations', names.dropped, 'dropped arrivals'],
] as const

interface Settling {
  pushes: Pick<PushReader, 'sums' | 'reads'>
  ended: readonly EndedRunner[]
  /** Its address. */
  prometheus: string
  /** Nothing else went wrong: then all must be there. */
  isWhole: boolean
  /** How long is waited for it; 15 s when left out. */
  limitMs?: number
}

/** What is missing in the Prometheus of what the runners say at their end, in words. */
const missing = ({pushes, ended}: Settling): string | undefined => {
  for (const [own, metric, words] of counted) {
    if (!pushes.reads(metric)) continue
    const told = ended.reduce((sum, runner) => sum + (countIn(runner, own) ?? 0), 0)
    const read = [...pushes.sums(metric).values()].reduce((sum, value) => sum + value, 0)
    if (read < told) return `${read} of ${told} ${words}`
  }
  return undefined
}

/**
 * Reads on until all that the runners counted is there. When it is not within the limit, that is the error: a count that
 * is wrong would be worse than none.
 */
export const settle = async (
  settling: Settling,
  read: () => Promise<void>,
): Promise<EnvironmentError | undefined> => {
  const endMs = performance.now() + (settling.limitMs ?? usualLimitMs)
  for (;;) {
    await read().catch(() => {})
    const lack = missing(settling)
    if (lack === undefined || !settling.isWhole) return undefined
    if (performance.now() > endMs) return lost(settling, lack)
    await sleep(pauseMs)
  }
}

const lost = ({ended, prometheus}: Settling, lack: string): EnvironmentError => {
  const said = ended.flatMap(({log}) => log.errors).find((error) => /time series/.test(error))
  return new EnvironmentError(
    `${prometheus} has only ${lack} that the runners counted${said === undefined ? '' : `: ${said}`}`,
    {hint: 'It was away, or refused pushes, while the load ran: its log, and that of the runners, say why.'},
  )
}
