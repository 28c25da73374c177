import {describe, expect, it} from 'vitest'
import github from '../../src/reporters/github.js'
import type {Report} from '../../src/reporters/reporter.js'
import {hostileReport} from '../fakes/hostile-report.js'
import {variantReport, variants} from '../fakes/record-variants.js'

const render = (report: Report): string[] =>
  github.render(report, {color: false, width: 80}).trimEnd().split('\n')

const source = `# the shop
name: payment-slow
objectives:
  - name: browsing stays up
    good: a

  - {name: "checkout answers in time", good: a}
`

/** A command as the runner takes it apart. */
const command =
  /^::(error|warning|notice) file=(?<file>[^,:]*),line=(?<line>\d+),title=(?<title>[^,:]*)::(?<message>.*)$/

describe('github', () => {
  it.each([
    ['pass', 'notice'],
    ['fail', 'error'],
    ['guard', 'error'],
    ['inconclusive', 'warning'],
    ['invalid', 'warning'],
    ['residual', 'error'],
    ['interrupted', 'warning'],
  ] as const)('tells a run that is "%s" as %s', (variant, level) => {
    expect(render(variantReport(variant))[0]).toMatch(new RegExp(`^::${level} file=.*title=payment-slow%3A `))
  })

  it('points at the line on which a missed objective begins', () => {
    const report = variantReport('fail')
    report.record.header.source.text = source
    const missed = render(report).find((line) => line.includes('title=fail%3A checkout'))
    expect(missed).toContain('line=7,')
    expect(missed).toContain('50.8%25 below 300ms')
  })

  it('points at the first line for an objective that the file does not hold, or that is no YAML', () => {
    const report = variantReport('fail')
    for (const text of ['name: x', '{[', '']) {
      report.record.header.source.text = text
      expect(render(report).every((line) => line.includes('line=1,'))).toBe(true)
    }
  })

  it('calls nothing an error in an invalid run', () => {
    expect(render(variantReport('invalid')).filter((line) => line.startsWith('::error'))).toEqual([])
  })

  it.each(variants)('lets no text out of its place in a run that is "%s"', (variant) => {
    for (const line of render(hostileReport(variant))) {
      const groups = command.exec(line)?.groups
      expect(groups, line).toBeDefined()
      expect(groups?.['file']).toContain('%25 a%3Ab%2Cc')
      expect(line).not.toMatch(/\p{Cc}/u)
    }
  })

  it('keeps to ten of a level, and says how many are left out', () => {
    const report = variantReport('fail')
    const [first] = report.verdict.objectives.filter(({outcome}) => outcome === 'fail')
    if (!first) throw new Error('nothing failed')
    report.verdict.objectives = Array.from({length: 30}, (_, at) => ({...first, name: `objective ${at}`}))
    const errors = render(report).filter((line) => line.startsWith('::error'))
    expect(errors).toHaveLength(10)
    expect(errors.at(-1)).toContain('title=22 more')
  })
})
