import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {LabelIndex} from '../../../src/metrics/store/label-index.js'
import {matches} from '../../../src/promql/index.js'
import type {Matcher} from '../../../src/promql/storage.js'

type Labels = Record<string, string>

const name = fc.constantFrom('__name__', 'job', 'le', '__proto__', 'constructor')
const text = fc.constantFrom('', 'a', 'b', 'ab', 'Ägypten', '东京')
/** Label sets, each once. */
const labelSets = fc.array(fc.array(fc.tuple(name, text), {maxLength: 4}), {maxLength: 30}).map((sets) => {
  const byText = new Map<string, Labels>()
  for (const pairs of sets) {
    const sorted = [...new Map(pairs)].sort()
    byText.set(JSON.stringify(sorted), Object.fromEntries(sorted))
  }
  return [...byText.values()]
})
const matcher: fc.Arbitrary<Matcher> = fc.record({
  label: name,
  op: fc.constantFrom('=', '!=', '=~', '!~'),
  value: fc.constantFrom('', 'a', 'b', 'a|b', 'a.*', '.*', '.+', 'x?'),
})

const indexed = (sets: Labels[]) => {
  const index = new LabelIndex<{labels: Labels}>()
  const series = sets.map((labels) => ({labels}))
  for (const one of series) index.add(one)
  return {index, series}
}

describe('LabelIndex', () => {
  it('proposes every series that matches, each once', () => {
    fc.assert(
      fc.property(labelSets, fc.array(matcher, {maxLength: 3}), (sets, matchers) => {
        const {index, series} = indexed(sets)
        const proposed = [...index.candidates(matchers)]
        expect(new Set(proposed).size).toBe(proposed.length)
        const matching = (all: {labels: Labels}[]) =>
          new Set(all.filter(({labels}) => matches(labels, matchers)))
        expect(matching(proposed)).toEqual(matching(series))
      }),
    )
  })

  it('finds a series by exactly its labels, and none that was removed', () => {
    fc.assert(
      fc.property(labelSets, fc.nat(), (sets, seed) => {
        const {index, series} = indexed(sets)
        const gone = new Set(series.filter((_, place) => (place + seed) % 3 === 0))
        index.remove(gone)
        for (const one of series) {
          const reversed = Object.fromEntries(Object.entries(one.labels).reverse())
          expect(index.find(reversed)).toBe(gone.has(one) ? undefined : one)
        }
        const left = series.filter((one) => !gone.has(one))
        expect(new Set(index.all())).toEqual(new Set(left))
        const present = left.filter(({labels}) => Object.hasOwn(labels, 'job') && labels['job'] === 'a')
        expect([...index.candidates([{label: 'job', op: '=', value: 'a'}])]).toEqual(present)
      }),
    )
  })

  it.each<[string, Matcher[], number]>([
    ['the rarest of several values', [matcherOf('job', '=', 'shop'), matcherOf('pod', '=', '7')], 1],
    ['a pattern for the name', [matcherOf('__name__', '=~', 'x_.*')], 0],
    [
      'a pattern, when nothing else narrows',
      [matcherOf('pod', '=~', '1|2'), matcherOf('job', '!=', 'no')],
      2,
    ],
    ['a label that must be there', [matcherOf('odd', '!=', '')], 50],
    ['nothing, when absent labels match', [matcherOf('odd', '=', '')], 100],
  ])('looks at few series for %s', (_, matchers, count) => {
    const sets = Array.from({length: 100}, (_, pod) => ({
      __name__: 'requests_total',
      job: 'shop',
      pod: String(pod),
      ...(pod % 2 === 1 && {odd: 'yes'}),
    }))
    expect([...indexed(sets).index.candidates(matchers)]).toHaveLength(count)
  })

  it('tells apart labels whose hashes are equal', () => {
    // Pairs that 32 bits of FNV-1a do not tell apart, found by trying some hundred thousand.
    const pods = ['web-21bqq6u', 'web-6nhyc1q', 'web-72wll6d', 'web-9l7v866', 'web-1fyad5', 'web-5z3zp2j']
    const {index, series} = indexed(pods.map((pod) => ({pod})))
    expect(pods.map((pod) => index.find({pod}))).toEqual(series)
    const [first, second] = series
    if (!first || !second) throw new Error('six series were made')
    index.remove(new Set([first]))
    expect([index.find(first.labels), index.find(second.labels)]).toEqual([undefined, second])
  })
})

function matcherOf(label: string, op: Matcher['op'], value: string): Matcher {
  return {label, op, value}
}
