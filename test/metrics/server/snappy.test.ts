import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {unpackSnappy} from '../../../src/metrics/server/snappy.js'
import {packSnappy} from '../../fakes/remote-write.js'

const limit = 1_000_000
/** A block by hand: the unpacked length, then elements. */
const unpack = (...bytes: number[]): string => unpackSnappy(Uint8Array.from(bytes), limit).toString('latin1')
const letters = (text: string): number[] => [...Buffer.from(text)]

describe('unpackSnappy', () => {
  it.each([
    ['nothing', [0], ''],
    ['a literal', [3, 2 << 2, ...letters('abc')], 'abc'],
    ['a literal with its length in a byte of its own', [3, 60 << 2, 2, ...letters('abc')], 'abc'],
    ['a literal with its length in two bytes', [3, 61 << 2, 2, 0, ...letters('abc')], 'abc'],
    ['a literal with its length in three bytes', [3, 62 << 2, 2, 0, 0, ...letters('abc')], 'abc'],
    ['a literal with its length in four bytes', [3, 63 << 2, 2, 0, 0, 0, ...letters('abc')], 'abc'],
    ['a copy with an offset of one byte', [8, 3 << 2, ...letters('abcd'), 1, 4], 'abcdabcd'],
    ['a copy with an offset of two bytes', [7, 3 << 2, ...letters('abcd'), 2 | (2 << 2), 3, 0], 'abcdbcd'],
    ['a copy with an offset of four bytes', [5, 3 << 2, ...letters('abcd'), 3, 4, 0, 0, 0], 'abcda'],
    [
      'a copy that repeats what it writes itself',
      [10, 1 << 2, ...letters('ab'), 1 | (4 << 2), 2],
      'ababababab',
    ],
  ])('unpacks %s', (_, bytes, text) => {
    expect(unpack(...bytes)).toBe(text)
  })

  it('copies from 256 bytes and more before', () => {
    const text = `start${'-'.repeat(300)}`
    const block = [
      ...Uint8Array.from([...[(309 & 127) | 128, 309 >> 7], 61 << 2, 304 & 255, 304 >> 8]),
      ...letters(text),
      1 | (1 << 5),
      305 - 256,
    ]
    expect(unpack(...block)).toBe(`${text}star`)
  })

  it.each([
    ['no bytes', []],
    ['a length without end', [0x80]],
    ['a length above 32 bits', [0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a literal that is cut off', [3, 2 << 2, 97]],
    ['a literal longer than the whole', [1, 2 << 2, ...letters('abc')]],
    ['less than promised', [4, 2 << 2, ...letters('abc')]],
    ['more than promised', [3, 2 << 2, ...letters('abc'), 0, 97]],
    ['a copy from nowhere', [4, 1, 0]],
    ['a copy from before the start', [5, 0, 97, 1, 2]],
    ['a copy whose offset is cut off', [8, 3 << 2, ...letters('abcd'), 2, 4]],
  ])('refuses %s', (_, bytes) => {
    expect(() => unpack(...bytes)).toThrow('snappy: corrupt input')
  })

  it('takes no room for more than the limit', () => {
    expect(() => unpackSnappy(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]), limit)).toThrow(
      'larger than 1000000 bytes',
    )
  })

  it('gives back what was packed', () => {
    const repeating = fc
      .array(fc.constantFrom('job', 'instance', 'http_requests_total', '\u0000', 'x'), {maxLength: 300})
      .map((words) => Buffer.from(words.join('')))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({maxLength: 5000}), repeating), (bytes) => {
        expect(unpackSnappy(packSnappy(bytes), limit).equals(bytes)).toBe(true)
      }),
      {numRuns: 200},
    )
  })

  it('ends on every input, with an answer or with its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 64}), (bytes) => {
        try {
          unpackSnappy(bytes, limit)
        } catch (error) {
          expect(String(error)).toMatch(/^SnappyError: snappy: /)
        }
      }),
      {numRuns: 2000},
    )
  })
})
