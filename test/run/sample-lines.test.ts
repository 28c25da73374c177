import {describe, expect, it} from 'vitest'
import {readNumbers} from '../../src/run/read-numbers.js'
import {sampleLines} from '../../src/run/sample-lines.js'

const all = (text: string): (number | null)[] | undefined => {
  const found: (number | null)[] = []
  const bytes = Buffer.from(`x${text}]`)
  return readNumbers(bytes, {from: 1, to: bytes.length - 1}, (value) => found.push(value)) ? found : undefined
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

  it.each(['"number:NaN"', '1,x', '1,,2', '1.2.3', '--1', '1-2', '-', 'nul'])('are none in %s', (text) =>
    expect(all(text)).toBeUndefined(),
  )
})

const line = (
  labels: Record<string, string>,
  t: number[],
  v: (number | string | null)[],
  selector?: string,
) => Buffer.from(JSON.stringify({kind: 'samples', ...(selector ? {selector} : {}), series: {labels, t, v}}))

describe('lines of samples', () => {
  const [up, down] = [
    {__name__: 'up', job: 'a'},
    {__name__: 'down', job: 'a'},
  ]

  it('are joined by series, in whatever order they come', () => {
    const lines = sampleLines(() => true)
    for (const [labels, from] of [
      [up, 1],
      [down, 1],
      [up, 3],
      [down, 3],
      [down, 5],
      [up, 5],
    ] as const)
      expect(lines.take(line(labels, [from, from + 1], [from, null]))).toBe(true)
    const v = [1, null, 3, null, 5, null]
    expect(lines.all()).toEqual([up, down].map((labels) => ({labels, t: [1, 2, 3, 4, 5, 6], v})))
  })

  it('count a sample once that two blocks, or two selectors, hold', () => {
    const lines = sampleLines(() => true)
    lines.take(line(up, [1, 2, 3], [1, 2, 3], 'up'))
    lines.take(line(up, [2, 3, 4], [9, 9, 4], 'up{job="a"}'))
    lines.add({labels: {job: 'a', __name__: 'up'}, t: [4, 5], v: [9, 5]})
    expect(lines.all()).toEqual([{labels: up, t: [1, 2, 3, 4, 5], v: [1, 2, 3, 4, 5]}])
  })

  it('are passed over where they are not wanted, whichever way they are read', () => {
    const lines = sampleLines(({__name__}) => __name__ === 'up')
    expect(lines.take(line(down, [1], [1]))).toBe(true)
    lines.add({labels: down, t: [1], v: [1]})
    lines.take(line(up, [1], [1]))
    expect(lines.all()).toEqual([{labels: up, t: [1], v: [1]}])
  })

  it('are left to be read as a whole where they are torn, odd, or of another kind', () => {
    const lines = sampleLines(() => true)
    const whole = line(up, [1, 2], [1, 2])
    expect(lines.take(Buffer.from('{"kind":"load"}'))).toBe(false)
    expect(lines.take(line(up, [1], ['number:NaN']))).toBe(false)
    for (let length = 0; length < whole.length; length++)
      expect(lines.take(whole.subarray(0, length))).toBe(false)
    expect(lines.all()).toEqual([])
  })

  it('have the labels that they were written with, whatever is in them', () => {
    const lines = sampleLines(() => true)
    const labels = {__name__: 'up', job: '},"t":[1],"v":[', zone: 'Köln \u{1f600}\n"]}}'}
    expect(lines.take(line(labels, [1], [1]))).toBe(true)
    expect(lines.all()).toEqual([{labels, t: [1], v: [1]}])
  })

  it('keep the times of series apart, though they are read once', () => {
    const lines = sampleLines(() => true)
    lines.take(line(up, [1, 2], [1, 2]))
    lines.take(line(down, [1, 2], [1, 2]))
    lines.take(line(up, [3], [3]))
    expect(lines.all().map(({t}) => t)).toEqual([
      [1, 2, 3],
      [1, 2],
    ])
  })
})
