import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {MetricSource, Series} from '../../src/metrics/source.js'
import type {ScrapeTarget} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import {type SmallSystem, scrapesOf, startSmallSystem} from '../fakes/metrics-system.js'
import {evaluated, expectSame, expressions} from './metric-answers.js'

/** How the suite gets at one source. */
export interface SourceUnderTest {
  kind: MetricSource['kind']
  /** How the server draws the left edge of a range. */
  rangeStart: 'open' | 'closed'
  /** Whether `samples` holds staleness markers; Prometheus does not hand them out. */
  showsStaleness: boolean
  /**
   * Expressions that this server answers in another way. Prometheus 2 extrapolates a counter that was born inside
   * the window back to zero by up to 1.1 intervals, Prometheus 3 by half an interval.
   */
  differsOn?: readonly string[]
  /** Starts scraping the targets every `intervalMs`; resolves when each was scraped a few times. */
  start(targets: ScrapeTarget[], intervalMs: number): Promise<{source: MetricSource; stop(): Promise<void>}>
}

const intervalMs = 500

const numbers = (series: Series | undefined): number[] => (series?.v ?? []).filter((value) => value !== null)
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)

/** One suite for every metric source, over live targets. */
export const metricSourceContract = (name: string, underTest: SourceUnderTest): void => {
  describe(`the metric source ${name}`, () => {
    let system: SmallSystem
    let source: MetricSource
    let stop: () => Promise<void> = async () => {}
    let fromMs = 0
    let goneMs = 0
    let endMs = 0
    const samples = (selector: string): Promise<Series[]> => source.samples(selector, fromMs, endMs)
    const one = async (selector: string): Promise<Series> => {
      const found = await samples(selector)
      expect(found, selector).toHaveLength(1)
      return found[0] ?? {labels: {}, t: [], v: []}
    }

    beforeAll(async () => {
      fromMs = Math.floor(systemClock.now())
      system = await startSmallSystem()
      const target = ({url, port}: {url: string; port: number}, job: string): ScrapeTarget => ({
        url,
        labels: {job, instance: `127.0.0.1:${port}`},
      })
      const targets = [target(system.steady, 'steady'), target(system.gone, 'gone')]
      ;({source, stop} = await underTest.start(targets, intervalMs))
      await scrapesOf(system.steady, 3)
      system.bearLate()
      system.restart()
      await scrapesOf(system.gone, 2)
      await system.gone.close()
      goneMs = systemClock.now()
      await scrapesOf(system.steady, 4)
      endMs = Math.floor(systemClock.now())
      await source.caughtUp(endMs)
    })
    afterAll(async () => {
      await stop()
      await system.close()
    })

    it('knows its kind and how often it looks', async () => {
      expect(source.kind).toBe(underTest.kind)
      expect(source.intervalMs).toBeGreaterThan(intervalMs * 0.6)
      expect(source.intervalMs).toBeLessThan(intervalMs * 1.6)
      expect(await source.describe()).not.toBe('')
    })

    it('hands out every sample of a window once, without its start and with its end', async () => {
      const {t, v} = await one('requests_total{code="500"}')
      expect(t.length).toBeGreaterThan(6)
      expect(t).toEqual([...new Set(t)].sort((a, b) => a - b))
      expect(Math.min(...t)).toBeGreaterThan(fromMs)
      expect(Math.max(...t)).toBeLessThanOrEqual(endMs)
      const [first = 0, last = 0] = [t[2], t[6]]
      const [window] = await source.samples('requests_total{code="500"}', first, last)
      expect(window).toMatchObject({t: t.slice(3, 7), v: v.slice(3, 7)})
      expect(await source.samples('requests_total', first, first)).toEqual([])
    })

    it('counts what the target counted, scrape by scrape', async () => {
      const values = numbers(await one('requests_total{code="500"}'))
      // A scrape that came too late was counted by the target alone.
      const missed = numbers(await one('up{job="steady"}')).filter((up) => up === 0).length
      const rises = values.slice(1).map((value, index) => value - (values[index] ?? 0))
      expect(rises.every((rise) => rise >= 1)).toBe(true)
      expect(sum(rises)).toBeLessThanOrEqual(rises.length + missed)
    })

    it('keeps the labels of the target before those of the series', async () => {
      const {labels} = await one('requests_total{code="200"}')
      expect(labels).toEqual({
        __name__: 'requests_total',
        code: '200',
        exported_job: 'own',
        job: 'steady',
        instance: `127.0.0.1:${system.steady.port}`,
      })
    })

    it('shows a series that is born late from its first sample, and a reset as it was', async () => {
      const late = await one('late_total')
      const all = await one('temperature')
      expect(late.v[0]).toBe(105)
      expect(late.t.length).toBeLessThan(all.t.length)
      const counter = numbers(await one('restarted_total'))
      expect(counter.filter((value, index) => value < (counter[index - 1] ?? 0))).toHaveLength(1)
    })

    it('sees that a target went away', async () => {
      const {v} = await one('up{job="gone"}')
      expect(v[0]).toBe(1)
      expect(v.at(-1)).toBe(0)
      const ticks = await one('ticks_total')
      expect(Math.max(...ticks.t.filter((_, index) => ticks.v[index] !== null))).toBeLessThanOrEqual(
        goneMs + 1,
      )
      expect(ticks.v.includes(null)).toBe(underTest.showsStaleness)
      expect((await source.query('ticks_total', endMs)).answers).toEqual([])
      expect((await source.query('up', endMs)).answers.map(({value}) => value).sort()).toEqual([0, 1])
    })

    it('has special values and labels as they were', async () => {
      const {answers} = await source.query('special', endMs)
      const byLabel = new Map(answers.map(({labels, value}) => [labels['of'], value]))
      expect(byLabel.get('nan')).toBeNaN()
      expect(byLabel.get('inf')).toBe(Number.POSITIVE_INFINITY)
      expect(byLabel.get('a "quoted"\\path\n')).toBe(1)
    })

    it('answers what the raw samples add up to', async () => {
      const answer = async (expression: string): Promise<number | undefined> =>
        (await source.query(expression, endMs)).answers[0]?.value
      const errors = numbers(await one('requests_total{code="500"}'))
      const successes = numbers(await one('requests_total{code="200"}'))
      const temperatures = numbers(await one('temperature'))
      const all = `[${endMs - fromMs}ms]`
      expect(await answer('sum(requests_total)')).toBe((errors.at(-1) ?? 0) + (successes.at(-1) ?? 0))
      expect(await answer(`count_over_time(temperature${all})`)).toBe(temperatures.length)
      expect(await answer(`max_over_time(temperature${all})`)).toBe(Math.max(...temperatures))
      expect(await answer(`sum_over_time(temperature${all})`)).toBeCloseTo(sum(temperatures), 9)
      expect(await answer(`resets(restarted_total${all})`)).toBe(1)
      expect(await answer('scrape_samples_scraped{job="steady"}')).toBe(14)
    })

    const comparable = expressions.filter((expression) => !underTest.differsOn?.includes(expression))
    it.each(comparable)('answers %s as our evaluator does over the same samples', async (expression) => {
      const series = await samples('{__name__!=""}')
      const {answers, warnings} = await source.query(expression, endMs)
      const expected = evaluated(expression, series, endMs, underTest.rangeStart)
      expect(expected.length).toBeGreaterThan(0)
      expectSame(answers, expected)
      expect(warnings).toEqual([])
    })

    it('answers nothing where there is nothing', async () => {
      expect((await source.query('nothing_of_the_kind', endMs)).answers).toEqual([])
      expect(await samples('nothing_of_the_kind')).toEqual([])
      expect((await source.query('requests_total', fromMs - 1000)).answers).toEqual([])
    })

    it.each(['sum(requests_total', 'rate(requests_total)', 'requests_total[5m]', '"text"'])(
      'refuses %s as the user’s mistake',
      async (expression) => {
        await expect(source.query(expression, endMs)).rejects.toMatchObject({name: 'UserError'})
      },
    )

    it.each(['sum(requests_total)', 'requests_total[5m]', '1'])(
      'refuses %s as a selector',
      async (selector) => {
        await expect(samples(selector)).rejects.toMatchObject({name: 'UserError'})
      },
    )

    it('waits for a sample from after a moment', async () => {
      const momentMs = systemClock.now()
      await source.caughtUp(momentMs)
      const [up] = await source.samples('up{job="steady"}', momentMs, systemClock.now())
      expect(up?.t.length).toBeGreaterThan(0)
    })

    it('stops waiting when the caller does', async () => {
      const waiting = source.caughtUp(systemClock.now() + 600_000, AbortSignal.timeout(50))
      await expect(waiting).rejects.toThrow()
    })
  })
}
