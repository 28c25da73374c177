import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ProtobufError} from '../../../src/metrics/server/protobuf.js'
import {readWriteRequest} from '../../../src/metrics/server/write-request.js'
import {bytesField, writeRequest} from '../../fakes/remote-write.js'

describe('readWriteRequest', () => {
  it('reads series with their labels and samples', () => {
    const sent = {
      labels: {__name__: 'x', path: 'é'},
      t: [1_700_000_000_123, -5, 0, 2 ** 41],
      v: [1.5, Number.NaN, null, Number.NEGATIVE_INFINITY],
    }
    expect(readWriteRequest(writeRequest([sent, {labels: {}, t: [], v: []}]))).toEqual([
      {
        labels: [
          ['__name__', 'x'],
          ['path', 'é'],
        ],
        samples: sent.t.map((tMs, index) => ({tMs, value: sent.v[index]})),
        histograms: 0,
      },
      {labels: [], samples: [], histograms: 0},
    ])
  })

  it('tells a staleness marker from other NaN by its bits', () => {
    const marker = Buffer.from([2, 0, 0, 0, 0, 0, 0xf0, 0x7f])
    const other = Buffer.from([1, 0, 0, 0, 0, 0, 0xf8, 0x7f])
    const sample = (bits: Buffer): Buffer => bytesField(2, Buffer.from([9, ...bits]))
    const [series] = readWriteRequest(bytesField(1, Buffer.concat([sample(marker), sample(other)])))
    expect(series?.samples.map(({value}) => value)).toEqual([null, Number.NaN])
  })

  it('counts native histograms, and skips what it does not know', () => {
    const series = Buffer.concat([
      bytesField(4, Buffer.from([8, 1])),
      bytesField(4, Buffer.from([])),
      Buffer.from([0x58, 0xff, 0x01]), // field 11, a varint
      Buffer.from([0x61, 1, 2, 3, 4, 5, 6, 7, 8]), // field 12, eight bytes
      Buffer.from([0x6d, 1, 2, 3, 4]), // field 13, four bytes
    ])
    expect(readWriteRequest(bytesField(1, series))).toEqual([{labels: [], samples: [], histograms: 2}])
  })

  it.each([
    ['a length beyond the end', [0x0a, 5, 1], 'unexpected EOF'],
    ['a number without end', [0x0a, 0x80], 'unexpected EOF'],
    ['a number of more than 64 bits', [0x78, ...Array(10).fill(0xff), 1], 'proto: integer overflow'],
    ['field 0', [0x02, 0], 'proto: illegal tag 0'],
    ['a group', [0x0b], 'wrong wireType = 3 for field 1'],
    ['an unknown wire type', [0x7f], 'proto: illegal wireType 7'],
    ['a series that is a number', [0x08, 1], 'wrong wireType = 0 for field 1'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readWriteRequest(Buffer.from(bytes))).toThrow(message)
  })

  it('ends on every input, with an answer or with its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 64}), (bytes) => {
        try {
          readWriteRequest(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError)
        }
      }),
      {numRuns: 2000},
    )
  })
})
