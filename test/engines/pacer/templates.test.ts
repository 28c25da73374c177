import {describe, expect, it} from 'vitest'
import {
  compileJson,
  compileTemplate,
  countRows,
  type TemplateContext,
} from '../../../src/engines/pacer/templates.js'
import type {Json} from '../../../src/system/json.js'
import {seededRandom} from '../../../src/system/random.js'

const users = [{email: 'a@x', address: {zip: 1}}, {email: 'b@x'}]
const lists: Record<string, Json[]> = {skus: ['a b', 'c"d', 'é'], ids: [7, {deep: true}], none: [], users}

const contextOf = (problems: string[] = []): TemplateContext => ({
  lists,
  adapt: (text) => text,
  problem: (message) => problems.push(message),
})

const draw = (seed = 1, sequence = 42) => ({random: seededRandom(seed), sequence})

const problemsOf = (source: string): string[] => {
  const problems: string[] = []
  compileTemplate(source, contextOf(problems))
  return problems
}

describe('templates', () => {
  it('leave text without templates as it is', () => {
    expect(compileTemplate('/a}}b{c}', contextOf())(draw())).toBe('/a}}b{c}')
  })

  it('fill in the number of the request', () => {
    expect(compileTemplate('{{sequence}}-{{ sequence }}', contextOf())(draw())).toBe('42-42')
  })

  it('draw whole numbers within both bounds, and reach both', () => {
    const template = compileTemplate('{{random -1 2}}', contextOf())
    const one = draw()
    const drawn = new Set(Array.from({length: 200}, () => template(one)))
    expect([...drawn].sort()).toEqual(['-1', '0', '1', '2'])
  })

  it('draw every item of a list; what is not text as JSON', () => {
    const template = compileTemplate('{{pick ids}}', contextOf())
    const one = draw()
    const drawn = new Set(Array.from({length: 100}, () => template(one)))
    expect([...drawn].sort()).toEqual(['7', '{"deep":true}'])
  })

  it('draw valid and different UUIDs', () => {
    const template = compileTemplate('{{uuid}}', contextOf())
    const one = draw()
    const drawn = Array.from({length: 5000}, () => template(one))
    for (const uuid of drawn)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(drawn).size).toBe(5000)
  })

  it('draw the same from the same seed, and something else from another', () => {
    const template = compileTemplate('{{uuid}} {{random 1 1000000}} {{pick skus}}', contextOf())
    expect(template(draw(5))).toBe(template(draw(5)))
    expect(template(draw(5))).not.toBe(template(draw(6)))
  })

  it('fit what is drawn to its place, but not the text around it', () => {
    const template = compileTemplate('/a b/{{pick skus}}', {...contextOf(), adapt: encodeURIComponent})
    const one = draw()
    const drawn = new Set(Array.from({length: 100}, () => template(one)))
    expect([...drawn].sort()).toEqual(['/a b/%C3%A9', '/a b/a%20b', '/a b/c%22d'])
  })

  it('take all fields of a list from one row in one arrival, and from others in others', () => {
    const pairs = [
      {who: 'a', key: 1},
      {who: 'b', key: 2},
      {who: 'c', key: 3},
    ]
    const context = {...contextOf(), lists: {pairs}}
    const [first, second] = ['{{pick pairs.who}}{{pick pairs.key}}', '{{pick pairs.key}}'].map((source) =>
      compileTemplate(source, context),
    )
    const random = seededRandom(3)
    const drawn = Array.from({length: 60}, (_, n) => {
      const arrival = {random, sequence: n}
      return `${first?.(arrival)}${second?.(arrival)}`
    })
    expect(new Set(drawn)).toEqual(new Set(['a11', 'b22', 'c33']))
  })

  it('hand out row after row, the same one all through an arrival', () => {
    const template = compileTemplate('{{next users.email}} {{next users.email}}', contextOf())
    const random = seededRandom(1)
    const drawn = Array.from({length: 3}, (_, n) => template({random, sequence: n + 1}))
    expect(drawn).toEqual(['a@x a@x', 'b@x b@x', 'a@x a@x'])
  })

  it('hand out no row twice to threads that share a load', () => {
    const threads = [0, 1, 2].map((index) => {
      const context = {...contextOf(), lists: {n: [0, 1, 2, 3, 4, 5, 6, 7, 8]}, nextRow: countRows(index, 3)}
      return compileTemplate('{{next n}}', context)
    })
    const drawn = threads.flatMap((template) =>
      [1, 2, 3].map((sequence) => template({random: seededRandom(1), sequence})),
    )
    expect(drawn.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8'])
  })

  it('fill in what earlier steps took from answers, fitted to its place', () => {
    const context = {...contextOf(), values: ['token'], adapt: encodeURIComponent}
    const template = compileTemplate('/x?t={{token}}', context)
    expect(template({...draw(), values: {token: 'a b'}})).toBe('/x?t=a%20b')
  })

  it.each([
    ['{{pik skus}}', 'unknown template {{pik skus}} (known: pick, next, uuid, sequence, random)'],
    ['{{toString}}', 'unknown template {{toString}} (known: pick, next, uuid, sequence, random)'],
    ['{{pick sku}}', 'unknown list "sku" (lists of the scenario and its target: skus, ids, none, users)'],
    [
      '{{pick toString}}',
      'unknown list "toString" (lists of the scenario and its target: skus, ids, none, users)',
    ],
    ['{{pick none}}', 'the list "none" is empty'],
    ['{{pick}}', 'pick takes the name of one list: {{pick NAME}} or {{pick NAME.FIELD}}'],
    ['{{random 6 1}}', 'random takes two whole numbers, the smaller first: {{random 1 6}}'],
    ['{{random 1.5 2}}', 'random takes two whole numbers, the smaller first: {{random 1 6}}'],
    ['{{random 1}}', 'random takes two whole numbers, the smaller first: {{random 1 6}}'],
    ['{{uuid}} {{sequence', '"{{" is never closed with "}}"'],
    ['{{uuid 4}}', 'uuid takes nothing: {{uuid}}'],
    ['{{token}}', 'unknown template {{token}} (known: pick, next, uuid, sequence, random)'],
    ['{{pick users.emial}}', 'entry 1 of the list "users" has no field "emial": did you mean "email"?'],
    ['{{pick users.address.zip}}', 'entry 2 of the list "users" has no field "address.zip" (known: email)'],
    ['{{next skus.name}}', 'entry 1 of the list "skus" is no mapping: it has no fields'],
  ])('complain about %s', (source, problem) => {
    expect(problemsOf(source)).toEqual([problem])
  })
})

describe('JSON bodies', () => {
  it('keep everything but the templates inside strings', () => {
    const body = {n: 1, flag: true, nothing: null, list: ['x{{sequence}}', 2.5], deep: {'k"': '{{sequence}}'}}
    expect(JSON.parse(compileJson(body, contextOf())(draw()))).toEqual({
      n: 1,
      flag: true,
      nothing: null,
      list: ['x42', 2.5],
      deep: {'k"': '42'},
    })
  })

  it('stay valid whatever is drawn into them', () => {
    const template = compileJson({sku: '"{{pick skus}}"\n', id: '{{pick ids}}'}, contextOf())
    const one = draw()
    const drawn = Array.from({length: 100}, () => JSON.parse(template(one)))
    expect(new Set(drawn.map(({sku}) => sku))).toEqual(new Set(['"a b"\n', '"c"d"\n', '"é"\n']))
    expect(new Set(drawn.map(({id}) => id))).toEqual(new Set(['7', '{"deep":true}']))
  })
})
