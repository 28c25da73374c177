import {describe, expect, it} from 'vitest'
import junit from '../../src/reporters/junit.js'
import {junitProofs} from '../../src/reporters/proofs/junit.js'
import type {Report} from '../../src/reporters/reporter.js'
import {hostileReport} from '../fakes/hostile-report.js'
import {ant, type Element, jenkins, parseXml, problemsBy} from '../fakes/junit-schemas.js'
import {variantReport, variants} from '../fakes/record-variants.js'

const parsed = (report: Report): Element => parseXml(junit.render(report, {color: false, width: 80}))

const all = (element: Element, name: string): Element[] => [
  ...(element.name === name ? [element] : []),
  ...element.children.flatMap((child) => all(child, name)),
]

describe('the schemas of this test', () => {
  it('find what they are there to find', () => {
    const wrong = parseXml('<testsuites skipped="1"><testsuite name="a"><testcase/></testsuite></testsuites>')
    expect(problemsBy(jenkins, wrong)).toEqual([
      '<testsuites> may not have skipped',
      '<testsuite> lacks tests',
      '<testsuite> lacks failures',
      '<testsuite> lacks errors',
      '<testcase> lacks name',
    ])
    expect(() => parseXml('<a>&nbsp;</a>')).toThrow('entity')
    expect(() => parseXml('<a><b></a>')).toThrow('closes another')
  })
})

describe.each(variants)('for a run that is "%s"', (variant) => {
  it.each([
    ['Jenkins', jenkins],
    ['Ant', ant],
  ])('is as the schema of %s says, whatever the texts hold', (_, schema) => {
    expect(problemsBy(schema, parsed(variantReport(variant)))).toEqual([])
    expect(problemsBy(schema, parsed(hostileReport(variant)))).toEqual([])
    expect(problemsBy(schema, parsed(hostileReport(variant, '\u0000 ')))).toEqual([])
  })

  it('has a case for every check and every objective in each phase', () => {
    const report = variantReport(variant)
    const names = all(parsed(report), 'testcase').map(({attributes}) => attributes['name'])
    expect(names).toEqual([
      ...(names[0] === 'run' ? ['run'] : []),
      ...report.verdict.validity.map(({name}) => `validity: ${name}`),
      ...report.verdict.objectives.map(({name, phase}) => `${name} (${phase})`),
    ])
  })

  it('leaves no case without a mark that did not pass', () => {
    const report = variantReport(variant)
    const passed = all(parsed(report), 'testcase').filter(({children}) =>
      children.every(({name}) => name === 'system-out'),
    )
    const invalid = report.verdict.outcome === 'invalid'
    const met = report.verdict.objectives.filter(({outcome}) => outcome === 'pass').length
    const held = report.verdict.validity.filter(({ok}) => ok).length
    expect(passed).toHaveLength(held + (invalid ? 0 : met))
  })
})

describe('junit', () => {
  it('tells why in the element, as GitLab reads it, and in its message, as Jenkins does', () => {
    const [failure] = all(parsed(variantReport('fail')), 'failure')
    expect(failure?.attributes).toMatchObject({type: 'objective', message: expect.stringContaining('50.8%')})
    expect(failure?.text).toContain('interval: 47.2%–54.4%')
  })

  it('gives an objective the time of its phase, and the suite that of all', () => {
    const report = parsed(variantReport('pass'))
    expect(all(report, 'testsuite')[0]?.attributes['time']).toBe('70.000')
    expect(all(report, 'testcase').at(-1)?.attributes['time']).toBe('20.000')
  })

  it('tells what became of flows in the output of the suite', () => {
    const report = variantReport('pass')
    report.summary.flows = [
      {flow: 'buy', started: 9, completed: 7, broken: [{step: 'pay', reason: 'status', count: 2}]},
    ]
    const output = all(parsed(report), 'testsuite')[0]?.children.find(({name}) => name === 'system-out')?.text
    expect(output).toContain('Flow buy: 9 started, 7 completed, broken 2 at pay: wrong status.')
  })

  it('keeps an endless message within its limit, and says what is missing', () => {
    const report = variantReport('fail')
    for (const objective of report.verdict.objectives) objective.message = 'x'.repeat(3_000_000)
    report.verdict.advice = ['y'.repeat(3_000_000)]
    const xml = junit.render(report, {color: false, width: 80})
    expect(xml.length).toBeLessThan(250_000)
    expect(xml).toContain('more characters left out')
  })
})

describe('the proofs', () => {
  it('are as the schema of Jenkins says', () => {
    const proofs = (['proven', 'disproven', 'vacuous', 'undecided'] as const).map((finding) => ({
      scenario: 'a <b>',
      finding,
      summary: 'because "x" & y',
      cells: [],
      runs: [],
    }))
    // The reporter reads nothing else of a proof.
    const root = parseXml(junitProofs(proofs as never))
    expect(problemsBy(jenkins, root)).toEqual([])
    expect(all(root, 'skipped')).toHaveLength(1)
    expect(all(root, 'failure')).toHaveLength(2)
  })
})
