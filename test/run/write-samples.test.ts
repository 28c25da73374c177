import {describe, expect, it} from 'vitest'
import type {Series} from '../../src/metrics/source.js'
import type {RecordLine} from '../../src/run/record.js'
import {writeSamplesTo} from '../../src/run/write-samples.js'

const series = (name: string, t: number[], v: (number | null)[] = t): Series => ({
  labels: {__name__: name},
  t,
  v,
})
const written = (...batches: [all: Series[], selector?: string][]): RecordLine[] => {
  const lines: RecordLine[] = []
  const write = writeSamplesTo({write: (line) => void lines.push(line)})
  for (const batch of batches) write(...batch)
  return lines
}

describe('samples that are saved', () => {
  it('have the labels of a series once, before its first samples, and common times once for all', () => {
    const lines = written(
      [[series('a', [1, 2], [10, null]), series('b', [1, 2]), series('c', [2])], 'up'],
      [[series('b', [3]), series('a', [3])]],
    )
    const [b, c] = [1, 2]
    expect(lines).toEqual([
      {kind: 'series', id: 0, labels: {__name__: 'a'}, selector: 'up'},
      {kind: 'series', id: 1, labels: {__name__: 'b'}, selector: 'up'},
      {kind: 'series', id: 2, labels: {__name__: 'c'}, selector: 'up'},
      {
        kind: 'block',
        t: [1, 2],
        v: [
          [0, 10, null],
          [b, 1, 2],
        ],
      },
      {kind: 'block', t: [2], v: [[c, 2]]},
      {
        kind: 'block',
        t: [3],
        v: [
          [b, 3],
          [0, 3],
        ],
      },
    ])
  })

  it('know a series by its labels, in whatever order they come', () => {
    const one = {labels: {__name__: 'a', job: 'x'}, t: [1], v: [1]}
    const other = {labels: {job: 'x', __name__: 'a'}, t: [2], v: [2]}
    expect(written([[one]], [[other]]).map(({kind}) => kind)).toEqual(['series', 'block', 'block'])
  })

  it('leave out a series without samples, and what it would have said of itself', () =>
    expect(written([[series('a', [])]])).toEqual([]))

  it('go into several lines when they are many: a cut costs the last line', () => {
    const t = Array.from({length: 1_000}, (_, at) => at)
    const lines = written([Array.from({length: 9}, (_, at) => series(`s${at}`, t))])
    expect(lines.flatMap((line) => (line.kind === 'block' ? [line.v.length] : []))).toEqual([4, 4, 1])
  })
})
