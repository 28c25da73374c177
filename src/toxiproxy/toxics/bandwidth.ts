import type {Stage} from '../stage.js'
import {defineToxic} from '../toxic.js'

/** At most this much is handed on at once, so that a high rate still flows evenly. */
const largestPieceBytes = 32 * 1024

/** Unused time is worth at most this much data: a pause of the reader must not end in a burst. */
const creditMs = 100

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

  async pipe(stage, {rate}) {
    if (rate <= 0) return stall(stage)
    // One kilobyte per second is one byte per millisecond.
    const bytesPerMs = rate
    const pieceBytes = Math.min(bytesPerMs * 100, largestPieceBytes)
    let due = 0
    for (let chunk = await stage.read(); chunk; chunk = await stage.read()) {
      for (let start = 0; start < chunk.data.length; start += pieceBytes) {
        const piece = chunk.data.subarray(start, start + pieceBytes)
        due = Math.max(due, chunk.receivedAt, stage.now() - creditMs) + piece.length / bytesPerMs
        await stage.sleepUntil(due)
        await stage.write(piece)
      }
    }
  },
})
