import {describe, expect, it} from 'vitest'
import {joinedSeries} from '../../src/run/joined-series.js'
import {sampleLines, type WantSeries} from '../../src/run/sample-lines.js'

const line = (
  labels: Record<string, string>,
  t: number[],
  v: (number | string | null)[],
  selector?: string,
) => Buffer.from(JSON.stringify({kind: 'samples', ...(selector ? {selector} : {}), series: {labels, t, v}}))

const reading = (wanted: WantSeries) => {
  const joined = joinedSeries()
  return {...sampleLines(wanted, joined), all: joined.all}
}

describe('lines of samples with their labels', () => {
  const [up, down] = [
    {__name__: 'up', job: 'a'},
    {__name__: 'down', job: 'a'},
  ]

  it('are joined by series, in whatever order they come', () => {
    const lines = reading(() => true)
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
    const lines = reading(() => true)
    lines.take(line(up, [1, 2, 3], [1, 2, 3], 'up'))
    lines.take(line(up, [2, 3, 4], [9, 9, 4], 'up{job="a"}'))
    lines.add({labels: {job: 'a', __name__: 'up'}, t: [4, 5], v: [9, 5]})
    expect(lines.all()).toEqual([{labels: up, t: [1, 2, 3, 4, 5], v: [1, 2, 3, 4, 5]}])
  })

  it('are passed over where they are not wanted, whichever way they are read', () => {
    const lines = reading(({__name__}) => __name__ === 'up')
    expect(lines.take(line(down, [1], [1]))).toBe(true)
    lines.add({labels: down, t: [1], v: [1]})
    lines.take(line(up, [1], [1]))
    expect(lines.all()).toEqual([{labels: up, t: [1], v: [1]}])
  })

  it('are left to be read as a whole where they are torn, odd, or of another kind', () => {
    const lines = reading(() => true)
    const whole = line(up, [1, 2], [1, 2])
    expect(lines.take(Buffer.from('{"kind":"load"}'))).toBe(false)
    expect(lines.take(line(up, [1], ['number:no']))).toBe(false)
    for (let length = 0; length < whole.length; length++)
      expect(lines.take(whole.subarray(0, length))).toBe(false)
    expect(lines.all()).toEqual([])
  })

  it('have the labels that they were written with, whatever is in them', () => {
    const lines = reading(() => true)
    const labels = {__name__: 'up', job: '},"t":[1],"v":[', zone: 'Köln \u{1f600}\n"]}}'}
    expect(lines.take(line(labels, [1], [1]))).toBe(true)
    expect(lines.all()).toEqual([{labels, t: [1], v: [1]}])
  })

  it('keep the times of series apart, though they are read once', () => {
    const lines = reading(() => true)
    lines.take(line(up, [1, 2], [1, 2]))
    lines.take(line(down, [1, 2], [1, 2]))
    lines.take(line(up, [3], [3]))
    expect(lines.all().map(({t}) => t)).toEqual([
      [1, 2, 3],
      [1, 2],
    ])
  })
})
