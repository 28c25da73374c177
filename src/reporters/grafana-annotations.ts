import {elapsed} from '../verdict/words.js'
import {clip, plain} from './layout.js'
import {faultOf} from './phrases.js'
import type {Report} from './reporter.js'

/** A mark on Grafana's graphs: a region between two epoch times in ms, or a point in time. */
export interface RunAnnotation {
  time: number
  timeEnd?: number
  tags: string[]
  text: string
}

/** Grafana shows the text as HTML. */
const safe = (text: string): string =>
  clip(plain(text), 1000).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A tag is a word of at most 100 characters in its database. */
const tagOf = (text: string): string => clip(plain(text), 100)

const lastMs = ({record}: Report): number =>
  record.end?.atMs ?? record.events.at(-1)?.atMs ?? record.header.createdMs

const whole = (ms: number): number => Math.round(ms)

/** The run, its phases, its faults and what stopped it, in the order of time. */
export const annotationsOf = (report: Report): RunAnnotation[] => {
  const {header} = report.record
  const scenario = header.plan.scenario.name
  const common = ['shakedown', tagOf(`scenario:${scenario}`), tagOf(`run:${header.runId}`)]
  const region = (kind: string, fromMs: number, toMs: number, text: string): RunAnnotation => ({
    time: whole(fromMs),
    timeEnd: whole(Math.max(fromMs, toMs)),
    tags: [...common, kind],
    text: safe(text),
  })
  const outcome = `${scenario}: ${report.verdict.outcome}. ${report.verdict.summary} (seed ${header.seed})`
  return [
    region('run', report.summary.startedMs ?? header.createdMs, lastMs(report), outcome),
    ...phases(report).map(({name, fromMs, toMs}) => region('phase', fromMs, toMs, `${scenario}: ${name}`)),
    ...faults(report).map(({text, fromMs, toMs}) => region('fault', fromMs, toMs, text)),
    ...report.record.events.flatMap((event) =>
      event.event === 'guard-tripped'
        ? [
            {
              time: whole(event.atMs),
              tags: [...common, 'guard'],
              text: safe(`guard "${event.guard}": ${event.message}`),
            },
          ]
        : [],
    ),
  ].sort((a, b) => a.time - b.time)
}

const phases = (report: Report) =>
  report.record.events.flatMap((event) => {
    if (event.event !== 'phase-started') return []
    const end = report.record.events.find(
      (other) => other.event === 'phase-ended' && other.phase === event.phase && other.atMs >= event.atMs,
    )
    return [{name: event.phase, fromMs: event.atMs, toMs: end?.atMs ?? lastMs(report)}]
  })

const faults = (report: Report) =>
  report.record.events.flatMap((event) => {
    if (event.event !== 'fault-applied') return []
    const end = report.record.events.find(
      (other) => other.event === 'fault-undone' && other.fault === event.fault && other.atMs >= event.atMs,
    )
    const planned = report.record.header.plan.faults.find(({id}) => id === event.fault)
    const toMs = end?.atMs ?? lastMs(report)
    const told = planned ? faultOf(planned) : ''
    const how = end ? `undone after ${elapsed(whole(toMs - event.atMs))}` : 'no undoing is recorded'
    return [{text: `${event.fault} ${told}; ${how}`, fromMs: event.atMs, toMs}]
  })
