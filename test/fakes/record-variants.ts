import {makeReport} from '../../src/reporters/report.js'
import type {Report} from '../../src/reporters/reporter.js'
import type {RunRecord} from '../../src/run/record.js'
import {judge} from '../../src/verdict/judge.js'
import {paymentSlowRecord} from './record-payment-slow.js'
import {flow, runStartMs, scrapeTimes, seriesOf} from './record-series.js'

const endAt = (
  record: RunRecord,
  offsetMs: number,
  ended: 'guard' | 'interrupted' | 'error' | 'completed',
): NonNullable<RunRecord['end']> => {
  const endMs = runStartMs + offsetMs
  record.events = record.events.filter(({atMs}) => atMs <= endMs)
  record.load = record.load.filter(({startMs}) => startMs < endMs)
  record.end = {kind: 'end', atMs: endMs, ended, residual: []}
  return record.end
}

const changes = {
  pass: () => {},
  /** Half of the checkouts of the fault phase are slow. */
  fail: (record) => {
    const times = scrapeTimes(-2000, 77_000, 40)
    const missing = flow({fromMs: 25_000, toMs: 55_000, perSecond: 15})
    const kept = record.series.filter(
      ({labels}) => labels['__name__'] !== 'http_request_duration_seconds_bucket',
    )
    const all = flow({fromMs: 0, toMs: 75_000, perSecond: 30})
    const labels = {job: 'edge', instance: 'edge-1', route: '/checkout'}
    const bucket = (le: string, count: (offsetMs: number) => number) =>
      seriesOf('http_request_duration_seconds_bucket', {...labels, le}, times, count)
    record.series = [...kept, bucket('0.3', (offset) => all(offset) - missing(offset)), bucket('+Inf', all)]
  },
  inconclusive: (record) => {
    const [first] = record.header.plan.scenario.objectives
    if (first?.kind === 'ratio') first.target = 0.999
  },
  invalid: (record) => {
    for (const event of record.events) {
      if (event.event === 'fault-seen') {
        event.evidence = {bit: 'no', observations: ['0 bytes crossed order-payment-1'], numbers: {bytes: 0}}
      }
    }
  },
  interrupted: (record) => {
    endAt(record, 40_000, 'interrupted')
    record.events.push(
      {kind: 'event', atMs: runStartMs + 39_000, event: 'interrupted', message: 'SIGINT'},
      {kind: 'event', atMs: runStartMs + 39_800, event: 'fault-undone', fault: 'f1'},
    )
  },
  residual: (record) => {
    const left = {
      fault: 'f1',
      message: 'the proxy does not answer',
      remedy: 'Restart the proxy order-payment-1, or delete its toxic by hand.',
    }
    endAt(record, 60_000, 'error').residual.push(left)
    record.events = record.events.filter(({event}) => event !== 'fault-undone')
    record.events.push(
      {kind: 'event', atMs: runStartMs + 57_000, event: 'error', message: 'the proxy hangs'},
      {kind: 'event', atMs: runStartMs + 60_000, event: 'undo-failed', ...left},
    )
  },
  guard: (record) => {
    endAt(record, 40_000, 'guard')
    record.events.push({
      kind: 'event',
      atMs: runStartMs + 39_000,
      event: 'guard-tripped',
      guard: 'half of all requests fail',
      message: 'error ratio is 0.61',
    })
  },
  'no data': (record) => {
    record.series = record.series.filter(({labels}) => labels['__name__'] === 'up')
  },
  'cut off': (record) => {
    delete record.end
    record.events = record.events.filter(({atMs}) => atMs < runStartMs + 30_000)
    record.load = record.load.filter(({startMs}) => startMs < runStartMs + 30_000)
  },
} as const satisfies Record<string, (record: RunRecord) => void>

export type Variant = keyof typeof changes

// Object.keys forgets the names; the table above is closed.
export const variants = Object.keys(changes) as Variant[]

/** One fixed record, gone wrong in one way. */
export const variantRecord = (variant: Variant): RunRecord => {
  const record = paymentSlowRecord()
  changes[variant](record)
  return record
}

export const variantReport = (variant: Variant): Report => {
  const record = variantRecord(variant)
  return makeReport(record, judge(record), '.shakedown/runs/r-1/record.jsonl.gz')
}
