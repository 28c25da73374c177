import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {fieldsOf, float32Field, integerField, stringField} from '../../../src/toxiproxy/json/decode.js'
import {type JsonValue, parseJson} from '../../../src/toxiproxy/json/parse.js'
import {float32Text, quote} from '../../../src/toxiproxy/json/write.js'

/** What JSON.parse would have made of it. */
const plain = (value: JsonValue): unknown => {
  switch (value.kind) {
    case 'null':
      return null
    case 'number':
      return Number(value.text)
    case 'array':
      return value.items.map(plain)
    case 'object':
      return Object.fromEntries(value.entries.map(([key, item]) => [key, plain(item)]))
    case 'bool':
    case 'string':
      return value.value
  }
}

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({noUnicodeString: false}), (text) => {
        expect(plain(parseJson(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['', 'EOF'],
    [' \n', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"a"', 'unexpected EOF'],
    ['{"a', 'unexpected EOF'],
    ['[1', 'unexpected EOF'],
    ['xyz', "invalid character 'x' looking for beginning of value"],
    ['{a', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1', "invalid character '1' after object key"],
    ['{"a":1 2', "invalid character '2' after object key:value pair"],
    ['[1 2', "invalid character '2' after array element"],
    ['"\n"', 'invalid character in string literal'],
    ['['.repeat(100_000), 'exceeded max depth'],
  ])('refuses %j with the words of Go', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })

  it('ignores what follows the first value', () => {
    expect(parseJson('{} trailing {')).toEqual({kind: 'object', entries: []})
  })
})

describe('fields', () => {
  const of = (text: string) => fieldsOf(parseJson(text), 'T')

  it('match in any case, the last one wins, and null is absent', () => {
    expect(stringField(of('{"Name":"a","NAME":"b"}'), 'name', 'T')).toBe('b')
    expect(stringField(of('{"name":null}'), 'name', 'T')).toBeUndefined()
    expect(stringField(of('null'), 'name', 'T')).toBeUndefined()
  })

  it.each(['1.0', '1e3', '1.5', '9223372036854775808', '-9223372036854775809', '"1"', 'true'])(
    'take no %s for a 64-bit integer',
    (text) => {
      expect(() => integerField(of(`{"n":${text}}`), 'n', 'T', 'int64')).toThrow('json: cannot unmarshal')
    },
  )

  it('take the largest and smallest 64-bit integers exactly', () => {
    expect(integerField(of('{"n":9223372036854775807}'), 'n', 'T', 'int64')).toBe(2n ** 63n - 1n)
    expect(integerField(of('{"n":-9223372036854775808}'), 'n', 'T', 'int64')).toBe(-(2n ** 63n))
  })

  it('name the field, the type and the number in errors', () => {
    expect(() => float32Field(of('{"toxicity":1e39}'), 'toxicity', 'ToxicWrapper')).toThrow(
      'json: cannot unmarshal number 1e39 into Go struct field ToxicWrapper.toxicity of type float32',
    )
    expect(() => stringField(of('{"name":1}'), 'name', 'Proxy')).toThrow(
      'json: cannot unmarshal number into Go struct field Proxy.name of type string',
    )
  })
})

describe('writing', () => {
  it('gives 32-bit numbers the shortest text that reads back the same', () => {
    fc.assert(
      fc.property(fc.float({noNaN: true, noDefaultInfinity: true}), (value) => {
        expect(Math.fround(Number(float32Text(value))) === value).toBe(true)
      }),
    )
    expect([0.25, 1 / 3, 1e30, 0, 1].map((value) => float32Text(Math.fround(value)))).toEqual([
      '0.25',
      '0.33333334',
      '1e+30',
      '0',
      '1',
    ])
  })

  it('escapes what HTML would read', () => {
    expect(quote('<a&b>\u2028"')).toBe('"\\u003ca\\u0026b\\u003e\\u2028\\""')
  })
})
