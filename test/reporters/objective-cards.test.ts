import {describe, expect, it} from 'vitest'
import {marginOf, objectives} from '../../src/reporters/html/objectives.js'
import {scaleFor} from '../../src/reporters/html/scale.js'
import {variantReport} from '../fakes/record-variants.js'

const share = {unit: 'ratio', comparator: '>=', target: 0.8} as const

describe('the cards of objectives', () => {
  it.each([
    {one: {...share, estimate: 0.912, outcome: 'pass'}, text: 'margin 11.2 points'},
    {one: {...share, estimate: 0.75, outcome: 'fail'}, text: 'missed by 5 points'},
    {one: {...share, estimate: 0.82, outcome: 'inconclusive'}, text: '2 points from the target'},
    {
      one: {unit: 'ms', comparator: '<=', target: 8000, estimate: 2000, outcome: 'pass'},
      text: 'margin 6s',
    },
    {one: {unit: 'value', comparator: '==', target: 0, estimate: 0, outcome: 'pass'}, text: ''},
    {one: {...share, outcome: 'inconclusive'}, text: ''},
  ] as const)('say how far it is from the target: "$text"', ({one, text}) => {
    expect(marginOf(one)).toBe(text)
  })

  it('have one scale for all phases of an objective', () => {
    const baseline = {...share, estimate: 0.999, interval: {low: 0.99, high: 1}}
    const fault = {...share, estimate: 0.5, interval: {low: 0.4, high: 0.6}}
    const {place, least, most} = scaleFor([baseline, fault])
    expect([least, most]).toEqual([0.4, 1])
    expect(place(0.5)).toBeLessThan(place(0.8))
    expect(place(0.8)).toBeLessThan(place(0.999))
  })

  it('draw a target of 100 % apart from a measured 99.99 %', () => {
    const {place} = scaleFor([{...share, target: 1, estimate: 0.9999}])
    expect(place(1) - place(0.9999)).toBeGreaterThan(20)
  })

  it('are one for each objective, with a row for each phase and where its numbers come from', () => {
    const report = variantReport('fail')
    const {markup = ''} = objectives(report) ?? {}
    const names = new Set(report.verdict.objectives.map(({name}) => name))
    expect(markup.match(/<article/g)).toHaveLength(names.size)
    expect(markup.match(/class="phase-row"/g)).toHaveLength(report.verdict.objectives.length)
    expect(markup).toMatch(/title="From buckets of http_request_duration_seconds[^"]*below 300ms\n/)
    expect(markup).toMatch(/title="From [^"]*\nfault, \+2\d\.\ds to \+5\d\.\ds\nSamples every/)
  })

  it('say of an invalid run that they prove nothing', () => {
    expect(objectives(variantReport('invalid'))?.markup).toContain('These prove nothing')
  })
})
