import type {Random} from '../random.js'
import {defineToxic} from '../toxic.js'

/** Where to cut between two offsets: the middle, moved by chance, but never at an edge (a cut that cuts nothing off). */
const cut = (start: number, end: number, variation: number, random: Random): number => {
  const moved = start + Math.floor((end - start) / 2) + Math.floor((random() * 2 - 1) * variation)
  return Math.min(Math.max(moved, start + 1), end - 1)
}

/** True when there is nothing to cut, or nothing to cut to. */
const isOnePiece = (length: number, longest: number): boolean => longest < 1 || length <= longest

/**
 * The pieces of `length` bytes as [start, end) pairs, in order: a piece longer than `average + variation` is halved,
 * and its halves again. When that sum is below one byte there is nothing to cut to, and the whole is one piece.
 */
export function* slices(
  length: number,
  average: number,
  variation: number,
  random: Random,
): Generator<[number, number]> {
  const longest = average + variation
  const pending: [number, number][] = [[0, length]]
  for (let piece = pending.pop(); piece; piece = pending.pop()) {
    const [start, end] = piece
    if (isOnePiece(end - start, longest)) {
      yield piece
      continue
    }
    const middle = cut(start, end, Math.max(0, variation), random)
    pending.push([middle, end], [start, middle])
  }
}

/** Cuts data into pieces of about `average_size` ± `size_variation` bytes, each followed by `delay` microseconds. */
export const slicer = defineToxic({
  attributes: ['average_size', 'size_variation', 'delay'],
  goType: 'SlicerToxic',
  goInteger: 'int',

  passes: (_, {average_size: average, size_variation: variation, delay}, length) =>
    delay <= 0 && isOnePiece(length, average + variation),

  async pipe(stage, {average_size: average, size_variation: variation, delay}) {
    for (let chunk = await stage.read(); chunk; chunk = await stage.read()) {
      for (const [start, end] of slices(chunk.data.length, average, variation, stage.random)) {
        if (stage.interrupted) {
          await stage.write(chunk.data.subarray(start))
          break
        }
        await stage.write(chunk.data.subarray(start, end))
        if (delay > 0) await stage.sleep(delay / 1000)
        else if (end < chunk.data.length) await stage.nextTurn()
      }
    }
  },
})
