import type {SeriesData} from '../../promql/storage.js'
import type {Labels} from '../source.js'
import {SampleReader} from './block-reader.js'
import type {Samples} from './samples.js'

/** Samples for which arrays are made at once: more would be held in memory for the sake of a few. */
const arrayRoom = 16_384

type Readable = Pick<Samples, 'between' | 'roomFor'>

interface Found {
  labels: Labels
  samples: Readable
}

/**
 * Series whose samples with `fromMs < t <= toMs` are read when they are looked at, so that a reader who stops after the
 * first thousand has not paid for a million. Only the one looked at last is remembered: `t` and `v` of a series are to be
 * taken together, and before anything is appended. Series that are read one after the other share arrays.
 */
export const lazySeries = (found: readonly Found[], fromMs: number, toMs: number): SeriesData[] => {
  let reader = new SampleReader(0)
  let last: {samples: Readable; read: ReturnType<Samples['between']>} | undefined
  const read = (samples: Readable): ReturnType<Samples['between']> => {
    if (last?.samples === samples) return last.read
    const room = samples.roomFor(fromMs, toMs)
    if (reader.t.length - reader.length < room)
      reader = new SampleReader(Math.max(room, Math.min(arrayRoom, room * found.length)))
    last = {samples, read: samples.between(fromMs, toMs, reader)}
    return last.read
  }
  return found.map(({labels, samples}) => ({
    labels,
    get t() {
      return read(samples).t
    },
    get v() {
      return read(samples).v
    },
  }))
}
