// What the soak says: a line per kill, everything about a failure, and the sums.
import {basename} from 'node:path'
import {moments} from './journal.mjs'

const seconds = (ms) =>
  ms === undefined || ms === Number.POSITIVE_INFINITY ? 'never' : `${(ms / 1_000).toFixed(2)} s`

const sinceOf = ({line, closed}) => {
  if (closed) return 'a proxy was closed for fresh connections'
  return line === undefined ? 'its start' : `line ${line} of its journal`
}

const whenOf = ({afterMs, stopFirstMs, ...since}) => {
  const after = `${Math.round(afterMs)} ms after ${sinceOf(since)}`
  return stopFirstMs === undefined ? after : `${Math.round(stopFirstMs)} ms after Ctrl-C, ${after}`
}

const whatOf = ({scenario, group, watchdogToo}) =>
  `${basename(scenario, '.yaml')}, ${group ? 'group' : 'process'}${watchdogToo ? ' and watchdog' : ''}`

/** One kill on one line. */
export const progressLine = (index, plan, {hit, broken, backMs, wrong}) => {
  const world = broken ? `broken, back after ${seconds(backMs)}` : 'whole'
  return `${String(index + 1).padStart(4)} ${wrong.length > 0 ? 'FAILED' : 'ok'} ${hit}: ${world} (${whatOf(plan)}, ${whenOf(plan.when)})`
}

/** Everything that is known about a round that went wrong. */
export const describeFailure = (plan, {hit, journal, ended, wrong}) =>
  [
    `FAILED: ${whatOf(plan)}, killed ${whenOf(plan.when)}, in: ${hit}`,
    ...wrong.map((one) => `- ${one}`),
    `the run ended with code ${ended.code}, signal ${ended.signal}, and said:`,
    ended.said,
    'its journal at the kill:',
    ...journal,
  ].join('\n')

/** The smallest value that this share of all does not exceed. */
const quantile = (sorted, share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]

const timesOf = (rounds) => {
  const sorted = rounds.map(({backMs}) => backMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
  if (sorted.length === 0) return 'none'
  return `p50 ${seconds(quantile(sorted, 0.5))}, p99 ${seconds(quantile(sorted, 0.99))}, max ${seconds(sorted.at(-1))}`
}

/** All kills in five lines. */
export const summaryOf = (rounds, {kills, seed, toxiproxy, limit}) => {
  const hits = [...moments, 'ended before']
    .map((moment) => `${moment} ${rounds.filter(({hit}) => hit === moment).length}`)
    .join(', ')
  const broken = rounds.filter((round) => round.broken)
  const byHand = broken.filter(({plan}) => plan.watchdogToo)
  const alone = broken.filter(({plan}) => !plan.watchdogToo)
  const wrong = rounds.filter((round) => round.wrong.length > 0).length
  return [
    `${rounds.length} of ${kills} kills, Toxiproxy ${toxiproxy}, seed ${seed}: ${wrong} left broken`,
    `  killed in: ${hits}`,
    `  seen broken after the kill: ${broken.length}; by the watchdog back after ${timesOf(alone)} (limit ${limit} s)`,
    `  watchdog killed too: ${rounds.filter(({plan}) => plan.watchdogToo).length}; by restore or the next run back after ${timesOf(byHand)}`,
  ].join('\n')
}
