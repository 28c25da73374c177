import {systemClock} from '../../src/system/clock.js'
import {type Exporter, startExporter} from './metrics-exporter.js'

/** Two live targets that go through everything a metric source must get right. */
export interface SmallSystem {
  /** Job `steady`: counters that rise with every scrape. */
  steady: Exporter
  /** Job `gone`: ends in the middle. */
  gone: Exporter
  /** Lets a series appear in `steady`. */
  bearLate(): void
  /** Sets the counter `restarted_total` of `steady` back to zero. */
  restart(): void
  close(): Promise<void>
}

const buckets = [0.1, 0.5, 1, '+Inf']

export const startSmallSystem = async (): Promise<SmallSystem> => {
  let scrapes = 0
  let late: number | undefined
  let restarted = 0
  const steady = await startExporter(() => {
    scrapes++
    restarted += 3
    if (late !== undefined) late += 5
    return [
      '# TYPE requests_total counter',
      `requests_total{code="200",job="own"} ${scrapes * 17 + (scrapes % 3)}`,
      `requests_total{code="500",job="own"} ${scrapes}`,
      `temperature ${20 + 5 * Math.sin(scrapes)}`,
      `restarted_total ${restarted}`,
      'special{of="nan"} NaN',
      'special{of="inf"} +Inf',
      String.raw`special{of="a \"quoted\"\\path\n"} 1`,
      ...buckets.map((le, index) => `duration_seconds_bucket{le="${le}"} ${scrapes * (index + 1) * 2}`),
      `duration_seconds_sum ${scrapes * 1.7}`,
      `duration_seconds_count ${scrapes * 8}`,
      ...(late === undefined ? [] : [`late_total ${late}`]),
      '',
    ].join('\n')
  })
  let ticks = 0
  const gone = await startExporter(() => `ticks_total ${++ticks}\n`)
  return {
    steady,
    gone,
    bearLate: () => {
      late = 100
    },
    restart: () => {
      restarted = 0
    },
    close: async () => {
      await steady.close()
      await gone.close()
    },
  }
}

/** Waits until a server that answers PromQL has some samples of each of so many targets; gives up after a minute. */
export const untilSampled = async (url: string, targets: number): Promise<void> => {
  const query = 'count(count_over_time(up[1m]) >= 3)'
  const limitMs = systemClock.now() + 60_000
  for (;;) {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({query})}`)
    if ((await response.text()).includes(`"${targets}"]`)) return
    if (systemClock.now() > limitMs) throw new Error('the targets are not scraped')
    await systemClock.sleep(50)
  }
}

/** Waits until a target was scraped `count` more times; gives up after half a minute. */
export const scrapesOf = async ({requests}: Exporter, count: number): Promise<void> => {
  const wanted = requests.length + count
  const limitMs = systemClock.now() + 30_000
  while (requests.length < wanted) {
    if (systemClock.now() > limitMs) throw new Error('nobody scrapes the exporter')
    await systemClock.sleep(20)
  }
}
