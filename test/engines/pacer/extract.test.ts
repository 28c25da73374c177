import {describe, expect, it} from 'vitest'
import {compileExtraction} from '../../../src/engines/pacer/extract.js'
import type {Extract} from '../../../src/scenarios/scenario.js'

const answer = {
  ending: {status: 200},
  headers: {location: '/orders/7', 'set-cookie': ['a', 'b'], 'x-empty': ''},
  body: Buffer.from('{"a": {"b/c": ["x", {"~d": 1.5}]}, "none": null, "": "empty", "flag": false}'),
}

const taken = (from: Extract): string | undefined => compileExtraction({x: from}).take(answer)?.['x']

describe('an extraction', () => {
  it.each<[Extract, string | undefined]>([
    [{json: '/a/b~1c/0'}, 'x'],
    [{json: '/a/b~1c/1/~0d'}, '1.5'],
    [{json: '/a/b~1c'}, '["x",{"~d":1.5}]'],
    [{json: '/a/b~1c/2'}, undefined],
    [{json: '/a/b~1c/00'}, undefined],
    [{json: '/a/b~1c/length'}, undefined],
    [{json: '/none'}, undefined],
    [{json: '/flag'}, 'false'],
    [{json: '/'}, 'empty'],
    [{json: '/toString'}, undefined],
    [{json: '/flag/x'}, undefined],
    [{header: 'Location'}, '/orders/7'],
    [{header: 'set-cookie'}, 'a'],
    [{header: 'x-empty'}, ''],
    [{header: 'x-none'}, undefined],
  ])('of %j is %j', (from, value) => {
    expect(taken(from)).toBe(value)
  })

  it('takes all values or none', () => {
    const extraction = compileExtraction({a: {json: '/flag'}, b: {header: 'x-none'}})
    expect(extraction.take(answer)).toBeUndefined()
  })

  it('finds nothing in what is no JSON', () => {
    expect(compileExtraction({a: {json: ''}}).take({...answer, body: Buffer.from('<html>')})).toBeUndefined()
  })

  it('asks for no more of an answer than it reads', () => {
    expect(compileExtraction({}).needs).toBe('nothing')
    expect(compileExtraction({a: {header: 'x'}}).needs).toBe('headers')
    expect(compileExtraction({a: {header: 'x'}, b: {json: ''}}).needs).toBe('body')
  })
})
