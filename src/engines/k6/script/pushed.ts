import exec from 'k6/execution'
import {Counter} from 'k6/metrics'
import type {Plan} from '../../../plan/plan.js'
import {countLineOf} from '../../pacer/count-line.js'
import {failureKindOf} from '../failure.js'
import {stepOf} from '../took-steps.js'
import {endedMetric, pushedTags as tag} from './messages.js'

/** What is told of an arrival where a Prometheus adds up what several k6s saw. */
export interface Pushed {
  /** Further tags of the arrival that begins now, and of its end. */
  arrival(stream: number, n: number, listedMs: number | undefined): PushedArrival
}

interface PushedArrival {
  tags: Record<string, string>
  answered(name: string, status: number): void
  failed(name: string, cause: unknown): void
}

/** Only Go's own words are here; the codes that k6 has for them are not. */
const ofWords: [RegExp, string][] = [
  [/request timeout|deadline exceeded|i\/o timeout/, '1050'],
  [/connection refused/, '1212'],
  [/no such host|lookup /, '1101'],
  [/x509|tls:|certificate/, '1300'],
]

const kindOf = (cause: unknown): string => {
  const words = String(cause)
  const [, code = '1000'] = ofWords.find(([pattern]) => pattern.test(words)) ?? []
  return failureKindOf(code, words) ?? 'other'
}

/** Counts ends beside arrivals, in the second in which each was due: its number modulo `seconds`, as there are few labels. */
export const createPushed = (plan: Plan, seconds: number | undefined): Pushed | undefined => {
  const ends = new Counter(endedMetric)
  if (seconds === undefined) return undefined
  const dueOf = plan.streams.map(({rates}) => countLineOf(rates).walk())
  return {
    arrival: (stream, n, listedMs) => {
      const dueMs = Math.min(plan.durationMs, listedMs ?? dueOf[stream]?.(n) ?? 0)
      const atMs = exec.scenario.startTime + dueMs
      const second = String(Math.floor(dueMs / 1000) % seconds)
      return {
        tags: {[tag.second]: second, [tag.late]: stepOf(Date.now() - atMs)},
        answered: (name, status) =>
          ends.add(1, {
            name,
            [tag.second]: second,
            [tag.code]: String(status),
            [tag.took]: stepOf(Date.now() - atMs),
          }),
        failed: (name, cause) => ends.add(1, {name, [tag.second]: second, [tag.failure]: kindOf(cause)}),
      }
    },
  }
}
