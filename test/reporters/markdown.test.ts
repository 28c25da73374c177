import {beforeAll, describe, expect, it} from 'vitest'
import markdown from '../../src/reporters/markdown.js'
import type {Report} from '../../src/reporters/reporter.js'
import {compareRecords} from '../../src/verdict/compare/compare.js'
import type {Comparison} from '../../src/verdict/compare/comparison.js'
import {hostileReport, nasty} from '../fakes/hostile-report.js'
import {variantRecord, variantReport} from '../fakes/record-variants.js'

const render = (report: Report): string => markdown.render(report, {color: false, width: 100})

/** What is in sight before anything is unfolded. */
const inSight = (text: string): string => text.replace(/<details>.*?<\/details>/gs, '')

/** A report with as much of everything as nobody has. */
const endless = (text: string, times: number): Report => {
  const report = hostileReport('fail', text)
  const repeat = <T>(items: T[]): T[] => Array.from({length: times}, () => items).flat()
  report.verdict.objectives = repeat(report.verdict.objectives)
  report.verdict.validity = repeat(report.verdict.validity.map((check) => ({...check, ok: false})))
  report.verdict.advice = repeat(report.verdict.advice)
  report.summary.timeline = repeat(report.summary.timeline)
  report.summary.load = repeat(report.summary.load)
  report.summary.flows = repeat(report.summary.flows ?? [])
  report.record.header.plan.faults = repeat(report.record.header.plan.faults)
  return report
}

describe('markdown', () => {
  it('keeps its first screen short, and folds the rest', () => {
    expect(inSight(render(variantReport('fail'))).split('\n').length).toBeLessThan(25)
    const report = variantReport('fail')
    report.verdict.objectives = Array.from({length: 20}, () => report.verdict.objectives).flat()
    const shown = inSight(render(report))
    expect(shown).toContain('80 more passed.')
    expect(shown.split('\n').filter((line) => line.startsWith('| ✔'))).toEqual([])
  })

  it.each([
    ['short', 'x', 1],
    ['hostile', nasty, 300],
    ['long', 'a sentence that goes on and on, @all of it '.repeat(200), 200],
  ])('keeps to what GitHub takes with texts that are %s', (_, text, times) => {
    const report = endless(text, times)
    const made = render(report)
    expect(Buffer.byteLength(made)).toBeLessThanOrEqual(65_536)
    expect(made.trimEnd().endsWith('</details>')).toBe(true)
    expect(made.match(/<details>/g)).toHaveLength(made.match(/<\/details>/g)?.length ?? 0)
  })

  it('tells what became of flows', () => {
    const report = variantReport('pass')
    report.summary.flows = [
      {flow: 'buy', started: 9, completed: 7, broken: [{step: 'pay', reason: 'status', count: 2}]},
    ]
    expect(render(report)).toContain('- Flow buy: 9 started, 7 completed, broken 2 at pay: wrong status.')
  })
})

describe('the comparison with a baseline', () => {
  let worse: Comparison
  beforeAll(() => {
    const options = {confidence: 0.95, margin: 0.1, gate: 'objectives'} as const
    worse = compareRecords(variantRecord('pass'), variantRecord('fail'), options)
  })

  it('is a sentence in sight and a table that is folded', () => {
    const text = render({...variantReport('fail'), baseline: {comparison: worse}})
    expect(inSight(text)).toContain(
      '**Against the baseline: ✘ worse.** This run is worse than the baseline in',
    )
    expect(inSight(text)).not.toContain('baseline to this run')
    expect(text).toMatch(/\| ✘ worse \| Objectives \| checkout answers in time \| fault \|/)
  })

  it('says why there is none', () => {
    const text = render({...variantReport('pass'), baseline: {missing: 'there is nothing at main/'}})
    expect(inSight(text)).toContain('No comparison: there is nothing at main/.')
  })
})
