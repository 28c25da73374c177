import {envelopeInWords} from '../plan/envelope-words.js'
import type {PlannedFault} from '../plan/plan.js'
import {formatDuration, formatPercent} from '../scenarios/quantities.js'
import {isClosedLoop} from '../verdict/validity-closed-loop.js'
import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {inUnit, number, percentBeside, sign} from '../verdict/words.js'
import type {Report} from './reporter.js'

/** What was measured: `99.93%`, or a dash. */
export const estimateOf = (verdict: ObjectiveVerdict): string => {
  if (verdict.estimate === undefined) return '–'
  return verdict.unit === 'ratio'
    ? percentBeside(verdict.estimate, verdict.target)
    : inUnit(verdict, verdict.estimate)
}

/** The interval: `99.733%–99.991%`, or nothing. */
export const intervalOf = (verdict: ObjectiveVerdict): string =>
  verdict.interval ? `${inUnit(verdict, verdict.interval.low)}–${inUnit(verdict, verdict.interval.high)}` : ''

/** What was asked for, as it was written: `≥ 99.5%`. */
export const askedOf = (verdict: ObjectiveVerdict): string =>
  `${sign(verdict.comparator)} ${targetOf(verdict)}`

const targetOf = ({unit, target}: ObjectiveVerdict): string => {
  switch (unit) {
    case 'ratio':
      return formatPercent(target)
    case 'ms':
      return formatDuration(target)
    case 'value':
      return number(target)
  }
}

/** Said above the objectives of a run in which nothing was put to the test. */
export const caveatOf = ({verdict: {outcome}}: Report): string =>
  outcome === 'invalid' ? 'These prove nothing: the run is invalid.' : ''

/** Time since the first request: `+25.0s`. */
export const offsetOf = (offsetMs: number): string =>
  `${offsetMs < 0 ? '-' : '+'}${(Math.abs(offsetMs) / 1000).toFixed(1)}s`

/** The confidence of the intervals, when it is one for all: `95%`. */
export const confidenceOf = (verdicts: readonly ObjectiveVerdict[]): string => {
  const all = [...new Set(verdicts.map(({confidence}) => formatPercent(confidence)))]
  return all.length === 1 ? (all[0] ?? '') : ''
}

/** What was broken, in one line: `latency: delays answers on order->payment by 10 s, strength rises over 10s`. */
export const faultOf = ({fault, aim, envelope}: PlannedFault): string =>
  `${fault}: ${aim.does}${envelope ? `, strength ${envelopeInWords(envelope)}` : ''}`

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** As the flag takes it: `true` would be text. */
const onOff = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)

/** The command that runs the same experiment with the same choices. */
export const againOf = ({record: {header}}: Report): string => {
  const {target, engine, prometheus, toxiproxy, switches = {}, early} = header.asked ?? {}
  const flags = Object.entries({target, engine, prometheus, toxiproxy}).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, quoted(value)],
  )
  const switched = Object.entries(switches).flatMap(([name, value]) => [
    '--switch',
    quoted(`${name}=${onOff(value)}`),
  ])
  const mode = header.mode === 'counterfactual' ? ['--counterfactual'] : []
  return [
    'shakedown run',
    quoted(header.source.path),
    '--seed',
    header.seed,
    ...flags,
    ...switched,
    ...mode,
    ...(early ? ['--early'] : []),
  ].join(' ')
}

/** How the counts were made sharp; said once in each report that people read. */
export const resolutionOf = ({record: {header}}: Report): string =>
  `Counts are from raw samples every ${formatDuration(header.sampleIntervalMs)}: the edges of phases are as sharp as that.`

/** How late the generator sent: `lateness p99 at worst 3ms`, or that its engine does not say. */
export const latenessOf = ({summary: {generator}, record}: Report): string => {
  if (generator?.latenessMs) return `lateness p99 at worst ${formatDuration(generator.latenessMs.p99)}`
  if (isClosedLoop(record)) return 'no lateness (closed loop: nothing is due at a time)'
  return `lateness not reported by ${record.header.plan.scenario.load.engine}`
}

/** What latency counts from. A closed loop's leaves out the wait before the send, which is where a stall hides. */
export const latencyOriginOf = ({record}: Report): string =>
  isClosedLoop(record)
    ? 'from the send (closed loop: waits before it are not in it)'
    : 'from the intended send time'
