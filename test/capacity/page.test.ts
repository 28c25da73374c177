import {describe, expect, it} from 'vitest'
import {type CapacityAsked, type CapacityLine, withoutLeg} from '../../src/capacity/record.js'
import {resultOf} from '../../src/capacity/result.js'
import {scalingOf} from '../../src/capacity/sizes.js'
import {againInWords} from '../../src/reporters/capacity/again.js'
import {capacityPage, scalingPage} from '../../src/reporters/capacity/page.js'
import {capacityEnd, capacityHeader, trialFigures, trialLines, trialsFor} from '../fakes/capacity-trials.js'

const assets = {css: '.x{}'}
const trials = trialsFor(640)
const header = capacityHeader({without: ['gateway'], expectedPeakPerSecond: 200})
const lines: CapacityLine[] = [
  ...trialLines(trials),
  ...trialLines(trialsFor(330, 200), withoutLeg('gateway')),
  {kind: 'held', leg: withoutLeg('gateway'), atMs: 0, does: 'kills', bit: 'yes', observations: []},
  capacityEnd(),
]
const pageOf = (all = lines, head = header): string =>
  capacityPage(resultOf(head, all), 'runs/r/capacity.jsonl.gz', assets)

describe('the page of a capacity', () => {
  it('draws every trial but the warm-up, each in both plots, and tells good from bad by shape', () => {
    const page = pageOf()
    const shown = trials.filter(({purpose}) => purpose !== 'warm-up')
    const bad = shown.filter(({outcome}) => outcome === 'bad')
    expect(bad.length).toBeGreaterThan(1)
    expect(page.match(/<circle class="good"/g)).toHaveLength(2 * (shown.length - bad.length))
    expect(page.match(/<path class="bad"/g)).toHaveLength(2 * bad.length)
  })

  it('has one axis of rates for both plots, also where too much load got no answer at all', () => {
    const silent = (trial: (typeof trials)[number]) => {
      const {latencyMs: _, ...rest} = trial.seen ?? trialFigures({})
      return trial.outcome === 'bad' ? {...trial, seen: rest} : trial
    }
    const page = pageOf([...trialLines(trials.map(silent)), capacityEnd()], capacityHeader())
    const bands = [...page.matchAll(/class="band" x="([\d.]+)"/g)].map(([, x]) => x)
    expect(bands).toHaveLength(2)
    expect(bands[0]).toBe(bands[1])
    expect(page.match(/<path class="bad"/g)).toHaveLength(
      trials.filter(({purpose, outcome}) => purpose !== 'warm-up' && outcome === 'bad').length,
    )
  })

  it('draws the interval as a band from the lower to the upper bound', () => {
    const result = resultOf(header, lines)
    const [, x = '', width = ''] =
      /class="band" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/.exec(pageOf()) ?? []
    const most = Math.max(...trials.map(({ratePerSecond}) => ratePerSecond)) * 1.05
    const place = (rate: number): number => 64 + (rate / most) * (706 - 64)
    expect(Number(x)).toBeCloseTo(place(result.whole.lower ?? 0), 0)
    expect(Number(x) + Number(width)).toBeCloseTo(place(result.whole.upper ?? 0), 0)
  })

  it('has a bar for the whole system and for each leg, and the rate that is expected', () => {
    const page = pageOf()
    expect(page.match(/class="bar"/g)).toHaveLength(2)
    expect(page).toContain('asked for: 200/s')
    expect(pageOf(trialLines(trials), capacityHeader()).match(/class="bar"/g)).toBeNull()
  })

  it('asks nobody for anything, runs nothing, and has no number that is none', () => {
    const page = pageOf()
    expect(page).not.toMatch(/<script|(src|href)=/)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
    expect(page).toContain("default-src 'none'")
  })

  it('is made of a search that was cut off before its first trial', () => {
    const page = pageOf([], capacityHeader())
    expect(page).toContain('nothing was found out')
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('says how to ask the same again, whatever is usual by then', () => {
    const asked: CapacityAsked = {
      mode: 'thorough',
      without: ['gateway'],
      with: ['latency'],
      overload: false,
      switch: ['order.breaker=off'],
      replicas: {catalog: 2},
      atLeastPerSecond: 500,
      pricePerHour: 0.12,
    }
    const options = {...header.options, budgetMs: 60_000}
    const again = againInWords({...header, options, source: {path: "it's.yaml", text: ''}, asked})
    expect(again).toBe(
      "shakedown capacity 'it'\\''s.yaml' --seed 7 --thorough --start 10/s --most 10000/s --budget 1m " +
        '--switch order.breaker=off --replicas catalog=2 --without one:gateway --with latency --no-overload --at-least 500/s --price 0.12/h',
    )
    expect(pageOf()).toContain('--without one:gateway')
  })

  it('lets no text from outside become markup', () => {
    const hostile = '<img src=x onerror=alert(1)>'
    const page = pageOf(lines, {...header, scenario: hostile, target: hostile})
    expect(page).not.toContain('<img')
  })
})

describe('the page of capacity against replicas', () => {
  it('draws what was measured, the law and its band', () => {
    const sizes = [1, 2, 4].map((replicas) => ({
      replicas,
      record: 'r',
      lower: 95 * replicas,
      upper: 105 * replicas,
      saturated: 'unknown',
    }))
    const page = scalingPage(scalingOf(sizes, {scenario: 'shop'}), assets)
    expect(page.match(/class="whisker"/g)).toHaveLength(3)
    expect(page).toContain('class="law"')
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })
})
