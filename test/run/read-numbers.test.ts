import {describe, expect, it} from 'vitest'
import {readNumbers} from '../../src/run/read-numbers.js'

const all = (text: string): (number | null)[] | undefined => {
  const found: (number | null)[] = []
  const bytes = Buffer.from(`x${text}],2]`)
  return readNumbers(bytes, 1, found) === text.length + 1 ? found : undefined
}

describe('numbers of a line', () => {
  it.each([
    '1,2,3',
    '0,-0.5,0.1,1763772570123',
    '1e21,1.5e-7,-3E+2',
    '0.30000000000000004,123456789.12345678,9007199254740993',
    '4.35,0.000001,2.675,1.005,99999999999.9999',
    'null,1,null',
    '',
  ])('are those that JSON reads: %s', (text) => expect(all(text)).toEqual(JSON.parse(`[${text}]`)))

  it('are the same for any that a metric may have', () => {
    const values = Array.from({length: 2000}, (_, at) => Math.sin(at) * 10 ** ((at % 40) - 20))
    expect(all(values.join(','))).toEqual(values)
  })

  it('are those that JSON has no word for, too', () =>
    expect(all('"number:NaN",1,"number:-Inf","number:+Inf"')).toEqual([
      Number.NaN,
      1,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]))

  it.each(['"number:Na"', '"', '""', '1,x', '1,,2', '1,', '1.2.3', '--1', '1-2', '-', 'nul', '[1'])(
    'are none in %s',
    (text) => expect(all(text)).toBeUndefined(),
  )

  it('are none where the bracket that ends them is missing', () =>
    expect(readNumbers(Buffer.from('1,2'), 0, [])).toBe(-1))
})
