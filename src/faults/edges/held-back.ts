/** Timers and clocks are this exact, as a share. */
const exact = 0.9

/**
 * Whether an exchange that took `ms`, and `healthyMs` before the fault, was held back for `addedMs`. False when it was
 * faster than that alone; `undefined` when it may as well have been slow by itself. Nothing says that the edge is as slow
 * as it was before: half of that is expected.
 */
export const heldBack = (ms: number, healthyMs: number, addedMs: number): boolean | undefined => {
  if (ms < addedMs * exact) return false
  return ms >= healthyMs / 2 + addedMs * exact ? true : undefined
}
