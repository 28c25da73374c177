import {describe, expect, it} from 'vitest'
import {evaluateInstant, evaluateRange, memoryStorage, PromqlError, parse} from '../../../src/promql/index.js'
import {scalarAt} from '../answers.js'

const storage = memoryStorage([{labels: {__name__: 'a'}, t: [0], v: [1]}])
const chain = (term: string, operator: string, terms: number): string =>
  Array<string>(terms).fill(term).join(operator)
const nested = (open: string, inner: string, levels: number): string =>
  `${open.repeat(levels)}${inner}${')'.repeat(levels)}`

const errorOf = (expression: string): PromqlError => {
  try {
    parse(expression)
  } catch (error) {
    if (error instanceof PromqlError) return error
    throw error
  }
  throw new Error('it parses')
}

describe('an expression of a thousand terms', () => {
  it.each([
    ['a sum', chain('1', ' + ', 1000), 1000],
    ['a difference, from the left', chain('1', ' - ', 1000), -998],
    ['powers, from the right', `2^${chain('1', '^', 1000)}`, 2],
    ['brackets', nested('(', '7', 999), 7],
    ['brackets that matter', nested('1-(', '1', 498), 1],
    ['signs', `${'-'.repeat(999)}1`, -1],
  ])('is answered: %s', (_what, expression, value) => {
    expect(scalarAt(storage, expression)).toBe(value)
  })

  it('is answered when every term reads series', () => {
    const expression = chain('sum by (b) (max_over_time(a{b!="c"}[5m]))', ' + on (b) ', 480)
    expect(evaluateInstant(expression, storage, 0).value).toMatchObject({samples: [{labels: {}, value: 480}]})
    const answer = evaluateRange(expression, storage, {startMs: 0, endMs: 60_000, stepMs: 60_000})
    expect(answer.value.series).toEqual([{labels: {}, t: [0, 60_000], v: [480, 480]}])
  })

  it('is answered when functions are called in functions', () => {
    expect(evaluateInstant(nested('abs(', 'a - 3', 990), storage, 0).value).toMatchObject({
      samples: [{value: 2}],
    })
  })
})

describe('an expression of more', () => {
  it.each([
    ['terms', chain('1', ' + ', 1150), 4003],
    ['terms, and a mistake far behind', `${chain('1', ' + ', 5000)} +`, 4003],
    ['brackets', nested('(', '1', 5000), 1000],
    ['brackets never closed', '('.repeat(50_000), 1000],
    ['calls', nested('abs(', 'a', 5000), 4000],
    ['signs', `${'-'.repeat(20_000)}1`, 1001],
    ['subqueries', `a${'[5m:1m]'.repeat(2000)}`, 7001],
  ])('is refused where it goes too far: %s', (_what, expression, column) => {
    const {kind, message, position} = errorOf(expression)
    expect([kind, position.column]).toEqual(['syntax', column])
    expect(message).toBe('the expression nests too deeply: more than 1000 levels of brackets and operators')
  })
})

describe('an expression that is only long', () => {
  it.each([
    ['a text', `"${'x'.repeat(100_000)}"`],
    ['matchers', `a{${chain('x!="y"', ',', 5000)}}`],
    ['labels to sum by', `sum by (${chain('x', ', ', 5000)}) (a)`],
    ['arguments', `label_join(a, "x", ${chain('"-"', ', ', 5000)})`],
    ['alternatives', `a{x!~"${chain('y', '|', 5000)}"}`],
    ['spaces', `${' '.repeat(100_000)}a`],
    ['comments', `a ${'# nothing\n'.repeat(5000)}`],
  ])('is answered: %s', (_what, expression) => {
    expect(evaluateInstant(expression, storage, 0).value.type).toMatch(/^(?:vector|string)$/)
  })

  it.each([
    ['quotes', '"'.repeat(9999)],
    ['backslashes', '\\'.repeat(9999)],
    ['brackets of all kinds', '}{]['.repeat(2500)],
    ['words', 'a '.repeat(5000)],
    ['NUL', '\u0000'.repeat(10_000)],
    ['lone surrogates', '\ud800'.repeat(10_000)],
  ])('of nonsense is refused at its place: %s', (_what, expression) => {
    expect(errorOf(expression).position.line).toBe(1)
  })
})

it.each(['constructor', 'hasOwnProperty', '__proto__', 'toString', 'valueOf'])(
  'knows no function named %s',
  (name) => {
    expect(errorOf(`${name}(a)`).message).toBe(`unknown function with name "${name}"`)
  },
)
