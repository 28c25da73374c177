/** One step of taking changes back. */
export interface UndoStep<Change> {
  change: Change
  /** `release` puts back what was changed, `undo` does the same and waits for what comes of it. */
  step: 'release' | 'undo'
}

/** What is put back before anything is waited for gets this long: its undo, which comes later, has all the time it needs. */
export const releaseLimitMs = 10_000

/**
 * Newest first, but nobody waits for pods or processes while an older change is still in force: what they wait for may
 * be that very change.
 *
 *   f1 toxic, f2 deletion, f3 scale      release f3 ▸ release f2 ▸ undo f1 ▸ undo f3 … ready ▸ undo f2 … ready
 */
export const undoOrder = <Change>(
  oldestFirst: readonly Change[],
  waits: (change: Change) => boolean,
): UndoStep<Change>[] => {
  const newestFirst = [...oldestFirst].reverse()
  return [
    ...newestFirst.map((change) => ({
      change,
      step: waits(change) ? ('release' as const) : ('undo' as const),
    })),
    ...newestFirst.filter(waits).map((change) => ({change, step: 'undo' as const})),
  ]
}
