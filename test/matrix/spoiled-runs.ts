import type {RunEvent, RunRecord} from '../../src/run/record.js'
import type {Verdict} from '../../src/verdict/verdict.js'
import {runStartMs} from '../fakes/record-series.js'

/** A run in which something went wrong besides the data of one objective. */
interface Spoiled {
  expected: Verdict['outcome']
  spoil: (record: RunRecord) => void
}

const without =
  (...names: RunEvent['event'][]) =>
  (record: RunRecord): void => {
    record.events = record.events.filter(({event}) => !names.includes(event))
  }

const evidence =
  (bit: 'no' | 'unknown') =>
  (record: RunRecord): void => {
    for (const event of record.events)
      if (event.event === 'fault-seen')
        event.evidence = {bit, observations: ['nothing was felt'], numbers: {}}
  }

const eachSecond =
  (change: (second: RunRecord['load'][number], index: number) => void) =>
  (record: RunRecord): void =>
    record.load.forEach(change)

/** Every way in which a run was no experiment, or did not end as one. */
export const spoiledRuns: Record<string, Spoiled> = {
  'the record has no end': {
    expected: 'invalid',
    spoil: (record) => {
      delete record.end
    },
  },
  'the record ends in an error': {
    expected: 'error',
    spoil: (record) => {
      if (record.end) record.end.ended = 'error'
    },
  },
  'a fault was left behind': {
    expected: 'residual',
    spoil: (record) => record.end?.residual.push({fault: 'f1', message: 'no answer', remedy: 'delete it'}),
  },
  'no load was started': {expected: 'invalid', spoil: without('load-started')},
  'no request was sent': {
    expected: 'invalid',
    spoil: (record) => {
      record.load = []
    },
  },
  'half of the load never came due': {
    expected: 'invalid',
    spoil: (record) => {
      record.load = record.load.filter((_, index) => index % 2 === 0)
    },
  },
  'a tenth of the requests was skipped': {
    expected: 'invalid',
    spoil: eachSecond(({requests}) => {
      for (const request of Object.values(requests)) {
        request.skipped = Math.ceil(request.sent / 10)
        request.sent -= request.skipped
      }
    }),
  },
  'the generator was late all the time': {
    expected: 'invalid',
    spoil: eachSecond((second) => {
      second.health.latenessMs = {p50: 80, p99: 400, max: 900}
    }),
  },
  'the fault was never applied': {expected: 'invalid', spoil: without('fault-applied', 'fault-seen')},
  'nobody looked whether the fault bit': {expected: 'invalid', spoil: without('fault-seen')},
  'the fault did not bite': {expected: 'invalid', spoil: evidence('no')},
  'whether the fault bit is unknown': {expected: 'invalid', spoil: evidence('unknown')},
  'the fault phase never ended': {
    expected: 'inconclusive',
    spoil: (record) => {
      record.events = record.events.filter(
        (event) =>
          !(event.event === 'phase-ended' && (event.phase === 'fault' || event.phase === 'recovery')),
      )
    },
  },
  'no metric at all was scraped': {
    expected: 'invalid',
    spoil: (record) => {
      record.series = []
    },
  },
  'the scraper stood still for 10 s': {
    expected: 'invalid',
    spoil: (record) => {
      for (const series of record.series) {
        const kept = series.t.map((t) => t < runStartMs + 30_000 || t > runStartMs + 40_000)
        series.t = series.t.filter((_, index) => kept[index])
        series.v = series.v.filter((_, index) => kept[index])
      }
    },
  },
  'there is nothing to judge': {
    expected: 'inconclusive',
    spoil: (record) => {
      record.header.plan.scenario.objectives = []
    },
  },
  'it was interrupted': {
    expected: 'interrupted',
    spoil: (record) => {
      if (record.end) record.end.ended = 'interrupted'
    },
  },
  'a guard stopped it': {
    expected: 'fail',
    spoil: (record) => {
      if (record.end) record.end.ended = 'guard'
    },
  },
}
