import type {RunRecord} from '../../src/run/record.js'
import {flow, scrapeTimes, seriesOf} from './record-series.js'

/** Errors per second in the baseline and in the fault phase, of 900 requests a second, in place of all others. */
export const errorsOf =
  (baseline: number, fault: number) =>
  (record: RunRecord): void => {
    const times = scrapeTimes(-2000, 77_000, 40)
    const labels = {job: 'edge', instance: 'edge-1', route: '/products'}
    const all = flow({fromMs: 0, toMs: 75_000, perSecond: 900})
    const bad = flow(
      {fromMs: 0, toMs: 25_000, perSecond: baseline},
      {fromMs: 25_000, toMs: 55_000, perSecond: fault},
    )
    record.series = [
      ...record.series.filter(({labels: {__name__: name}}) => name !== 'http_requests_total'),
      seriesOf('http_requests_total', {...labels, code: '200'}, times, (offset) => all(offset) - bad(offset)),
      seriesOf('http_requests_total', {...labels, code: '503'}, times, bad),
    ]
  }
