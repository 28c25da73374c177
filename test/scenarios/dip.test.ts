import {describe, expect, it} from 'vitest'
import {parseScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const requests = 'requests: [{name: browse, get: /}]'

const textWith = ({
  load = `{profile: {constant: 10/s}, ${requests}}`,
  phases,
}: {
  load?: string
  phases: string
}): string =>
  [
    'name: small',
    'target: reference',
    `load: ${load}`,
    `phases: {baseline: 10s, fault: 10s, ${phases}}`,
    'objectives: [{name: one, good: g, total: t, target: 99%}]',
  ].join('\n')

/** What is wrong, or odd, without the place. */
const told = (text: string): {errors: string[]; warnings: string[]} => {
  const words = (message: string): string => message.replace(/^.*?\d+:\d+ /, '')
  try {
    const {warnings} = parseScenario('s.yaml', text, vocabulary)
    return {errors: [], warnings: warnings.map(({message}) => message)}
  } catch (error) {
    if (error instanceof ProblemsError)
      return {errors: error.message.split('\n  ').slice(1).map(words), warnings: []}
    throw error
  }
}

const dip = 'dip: {to: 20%, for: 10s, restored: 20s}'

describe('a dip of the load', () => {
  it('is read with its share, to a fifth of the load by default', () => {
    const read = (text: string) =>
      parseScenario('s.yaml', textWith({phases: `recovery: 15s, ${text}`}), vocabulary).scenario.phases
    expect(read('longest-timeout: 3s, dip: {to: 5%, for: 14s, restored: 8s}')).toEqual({
      warmUpMs: 3000,
      baselineMs: 10_000,
      faultMs: 10_000,
      recoveryMs: 15_000,
      longestTimeoutMs: 3000,
      dip: {to: 0.05, forMs: 14_000, restoredMs: 8000},
    })
    expect(read('dip: {for: 1s, restored: 1s}').dip?.to).toBe(0.2)
  })

  it.each([
    ['{to: 100%, for: 1s, restored: 1s}', 'expected less than "100%": the load is to drop'],
    ['{to: 20, for: 1s, restored: 1s}', 'expected a percentage'],
    ['{to: 20%, for: 0s, restored: 1s}', 'expected a duration a'],
    ['{to: 20%, for: 1s}', 'restored'],
  ])('is refused as %s', (written, problem) => {
    expect(told(textWith({phases: `recovery: 10s, dip: ${written}`})).errors.join('\n')).toContain(problem)
  })

  it.each([
    ['ramp', `{profile: {ramp: {from: 1/s, to: 9/s}}, ${requests}}`, 'its rate changes by itself'],
    [
      'spike',
      `{profile: {spike: {base: 1/s, peak: 9/s, at: 1s, for: 1s}}, ${requests}}`,
      'changes by itself',
    ],
    ['connections', `{engine: autocannon, profile: {connections: 4}, ${requests}}`, 'the target decides'],
    ['breakpoint', `{profile: {breakpoint: {from: 1/s, to: 9/s}}, ${requests}}`, 'until something breaks'],
    [
      'steps',
      `{streams: [{name: a, profile: {constant: 1/s}, ${requests}}, {name: b, profile: {steps: [{rate: 1/s, for: 1s}]}, requests: [{name: b, get: /}]}]}`,
      'its rate changes by itself',
    ],
  ])('is refused with "%s", and says why', (kind, load, why) => {
    const {errors} = told(textWith({load, phases: `recovery: 10s, ${dip}`}))
    const refused = errors.filter((message) => message.startsWith('phases.dip: '))
    expect(refused).toHaveLength(1)
    expect(refused[0]).toContain(`not with "${kind}": `)
    expect(refused[0]).toContain(why)
    const without = told(textWith({load, phases: 'recovery: 10s'})).errors
    expect(errors.filter((message) => !refused.includes(message))).toEqual(without)
  })
})

describe('a recovery phase that is too short to tell', () => {
  it.each([
    ['recovery: 14s, longest-timeout: 3s', '15s is enough, five times the longest timeout of 3s'],
    ['recovery: 9s, dip: {for: 1s, restored: 1s}', '10s is enough, where "longest-timeout" does not say'],
  ])('is warned of: %s', (phases, warning) => {
    const {errors, warnings} = told(textWith({phases}))
    expect(errors).toEqual([])
    expect(warnings).toEqual([expect.stringContaining(warning)])
  })

  it.each([
    'recovery: 15s, longest-timeout: 3s',
    'recovery: 10s, dip: {for: 1s, restored: 1s}',
    'recovery: 1s',
  ])('is not warned of where it is long enough, or nobody asked: %s', (phases) => {
    expect(told(textWith({phases}))).toEqual({errors: [], warnings: []})
  })

  it('counts what is left of the fault phase when the last fault has gone', () => {
    const faults = (life: string) =>
      `${textWith({phases: 'recovery: 10s, longest-timeout: 3s'})}\nfaults: [latency: {edge: order->payment, delay: 1s${life}}]`
    expect(told(faults(', at: 1s, for: 4s')).warnings).toEqual([])
    expect(told(faults(', at: 3s, for: 4s')).warnings).toHaveLength(1)
    expect(told(faults('')).warnings).toHaveLength(1)
  })
})
