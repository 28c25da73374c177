import {describe, expect, it} from 'vitest'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {scenarioWith} from '../fakes/scenario-plan.js'

const measured = '{name: one, good: g, total: t, target: 99%}'
const problemsWith = (objective: string): string => {
  try {
    scenarioWith({objectives: `objectives: [${measured}, ${objective}]`})
    return ''
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems.map(({message}) => message).join('\n')
    throw error
  }
}

describe('an objective against the baseline', () => {
  it('compares another one', () => {
    const {objectives} = scenarioWith({
      objectives: `objectives: [${measured}, {name: two, compares: one, at-most-worse: 10%, during: [fault]}]`,
    })
    expect(objectives[1]).toEqual({
      kind: 'relative',
      name: 'two',
      compares: 'one',
      mostWorse: 0.1,
      during: ['fault'],
      confidence: 0.95,
      minSamples: 30,
    })
  })

  it.each([
    ['{name: two, compares: on, at-most-worse: 10%}', 'did you mean "one"'],
    ['{name: two, compares: two, at-most-worse: 10%}', 'no good, bad or latency objective "two"'],
    [
      '{name: two, compares: one, at-most-worse: 10%, during: [baseline]}',
      'what the other phases are compared with',
    ],
    ['{name: two, compares: one, at-most-worse: 0%}', 'above "0%"'],
    ['{name: two, compares: one}', 'missing'],
    [
      '{name: two, compares: one, at-most-worse: 10%, confidence: 100%}',
      'a confidence from "50%" to "99.9999%"',
    ],
  ])('refuses %s', (objective, message) => {
    expect(problemsWith(objective)).not.toBe('')
    expect(problemsWith(objective)).toContain(message)
  })
})

describe('what an objective may say about several series, and about no data', () => {
  it('is left out when it is the default', () => {
    const query = "{name: q, query: up, expect: '>= 1', series: one, on-no-data: inconclusive}"
    const {objectives} = scenarioWith({objectives: `objectives: [${query}]`})
    expect(objectives[0]).not.toHaveProperty('series')
    expect(objectives[0]).not.toHaveProperty('onNoData')
  })

  it.each([
    ["{name: q, query: up, expect: '>= 1', series: most}", 'one of'],
    ["{name: q, query: up, expect: '>= 1', on-no-data: pass}", 'one of'],
    ['{name: q, good: g, total: t, target: 99%, on-no-data: zero}', 'one of'],
  ])('refuses %s', (objective, message) => {
    expect(problemsWith(objective)).toContain(message)
  })
})
