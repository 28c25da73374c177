import type {Stage} from '../stage.js'
import {defineToxic} from '../toxic.js'

/** At most this much is handed on at once, so that a high rate still flows evenly. */
const largestPieceBytes = 32 * 1024

/** Unused time is worth at most this much data: a pause of the reader must not end in a burst. */
const creditMs = 100

/** Less than this is not waited for but carried over: no timer is finer. */
const grainMs = 1

/** When data that came in then may have gone, at a rate in kilobytes per second, which is bytes per millisecond. */
const due = (stage: Stage, rate: number, bytes: number, receivedAt: number): number =>
  Math.max(stage.paidUntil, receivedAt, stage.now() - creditMs) + bytes / rate

/** Holds all data without losing any; an end of data that follows none may pass. */
const stall = async (stage: Stage): Promise<void> => {
  if ((await stage.arrival()) && stage.input.length > 0) await stage.untilInterrupted()
}

/**
 * Limits the flow to `rate` kilobytes (1000 bytes) per second. A rate of 0 or less holds everything back until the
 * toxic is changed or removed.
 */
export const bandwidth = defineToxic({
  attributes: ['rate'],
  goType: 'BandwidthToxic',
  goInteger: 'int64',

  passes(stage, {rate}, bytes, receivedAt) {
    const paidUntil = due(stage, rate, bytes, receivedAt)
    if (rate <= 0 || paidUntil - stage.now() >= grainMs) return false
    stage.paidUntil = paidUntil
    return true
  },

  async pipe(stage, {rate}) {
    if (rate <= 0) return stall(stage)
    const pieceBytes = Math.min(rate * 100, largestPieceBytes)
    stage.paidUntil = 0
    for (let chunk = await stage.read(); chunk; chunk = await stage.read()) {
      for (let start = 0; start < chunk.data.length; start += pieceBytes) {
        const piece = chunk.data.subarray(start, start + pieceBytes)
        stage.paidUntil = due(stage, rate, piece.length, chunk.receivedAt)
        if (stage.paidUntil - stage.now() >= grainMs) await stage.sleepUntil(stage.paidUntil)
        await stage.write(piece)
      }
    }
  },
})
