import {EnvironmentError} from '../../errors.js'

/** Longest that one undo may take, with all its own retries, unless its fault asks for more. */
export const undoLimitMs = 30_000

/** When several changes cannot be taken back (their proxy is gone for good), each further one gets this long. */
const hurriedLimitMs = 8_000
const patienceMs = 45_000

/**
 * How long the next undo of a series may take that has taken so long already: a minute or so for all of them, and as much
 * more as its fault needs (`ownMs`) beyond the usual.
 */
export const undoLimit = (spentMs: number, ownMs: number = undoLimitMs): number =>
  Math.max(hurriedLimitMs, Math.min(ownMs, patienceMs + ownMs - undoLimitMs - spentMs))

/** Rejects when the work has no result in time. */
const withLimit = async (work: Promise<void>, limitMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EnvironmentError(`no result after ${limitMs / 1_000} s`)), limitMs)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** A call that is under way ends within this. */
const graceMs = 2_000

/**
 * Gives an undo so long; then its signal aborts, so that it does not go on unseen. What it says about its own failure is
 * more than that it took long: it gets a moment to say it.
 */
export const undoWithin = async (
  limitMs: number,
  undo: (signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const stop = new AbortController()
  const timer = setTimeout(
    () => stop.abort(new EnvironmentError(`no result after ${limitMs / 1_000} s`)),
    limitMs,
  )
  try {
    await withLimit(undo(stop.signal), limitMs + graceMs)
  } finally {
    clearTimeout(timer)
  }
}
