import type {Series} from '../metrics/source.js'
import {keyOf} from './joined-series.js'
import type {BlockLine} from './record.js'
import type {Recorder} from './recorder.js'

/** Writes samples into a record; `selector` is what asked for them, where not all is saved. */
export type WriteSamples = (all: readonly Series[], selector?: string) => void

/** A torn line is lost as a whole: none holds more samples than this, unless a single series does. */
const mostSamples = 4_000

const sameTimes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((time, at) => time === b[at])

/**
 * The labels of a series are written once for a record, the times of those that were scraped together once for them all:
 * these are four fifths of what there is to write, and to read back. One writer for a record: it numbers the series.
 */
export const writeSamplesTo = ({write}: Pick<Recorder, 'write'>): WriteSamples => {
  const ids = new Map<string, number>()

  const idOf = (labels: Series['labels'], selector: string | undefined): number => {
    const key = keyOf(labels)
    const known = ids.get(key)
    if (known !== undefined) return known
    const id = ids.size
    ids.set(key, id)
    write({kind: 'series', id, labels, ...(selector !== undefined && {selector})})
    return id
  }

  return (all, selector) => {
    let block: BlockLine | undefined
    for (const {labels, t, v} of all) {
      if (t.length === 0) continue
      const id = idOf(labels, selector)
      if (block && (block.v.length * t.length >= mostSamples || !sameTimes(block.t, t))) {
        write(block)
        block = undefined
      }
      block ??= {kind: 'block', t, v: []}
      block.v.push([id, ...v])
    }
    if (block) write(block)
  }
}
