import {messageOf} from '../../errors.js'
import {levelAt} from '../../plan/strength.js'
import {formatDuration} from '../../scenarios/quantities.js'
import type {FaultInForce} from './fault-in-force.js'

/** A change that failed is tried again after this long, or at the next level if that comes first. */
const againAfterMs = 2_000

/** A change that is under way when the fault ends gets this long to land; its calls have limits of their own. */
const landingLimitMs = 10_000

/**
 * Brings a fault to each of its levels at its time, one change after the other: one that comes late goes straight to
 * what is due by then. A change that fails is written down and tried again; it stops nothing. Resolves when there is no
 * change left; rejects when `over` aborts, but never while a change is under way: after that no other is begun.
 *
 *   levels     ▁▂▃▄▅▆▇██████
 *   adjust     │ │ ×   │ │ │      × fails, and is made good at the next level
 */
export const followLevels = async (one: FaultInForce, over: AbortSignal): Promise<void> => {
  const {aimed, fault, stage} = one
  const {levels} = aimed
  const {clock} = stage.world
  if (!levels || !fault.adjust) return
  for (;;) {
    over.throwIfAborted()
    const sinceMs = clock.now() - stage.startedMs
    await turnTo(levelAt(levels, sinceMs), one)
    const next = levels.find(({atMs}) => atMs > sinceMs)?.atMs
    const again = one.level === levelAt(levels, sinceMs) ? undefined : sinceMs + againAfterMs
    const nextMs =
      stage.startedMs + Math.min(next ?? Number.POSITIVE_INFINITY, again ?? Number.POSITIVE_INFINITY)
    if (nextMs >= one.endMs) return
    await clock.sleep(nextMs - clock.now(), over)
  }
}

const turnTo = async (level: number, one: FaultInForce): Promise<void> => {
  const {aimed, fault, inverse, stage} = one
  const {world, record} = stage
  if (level === one.level) return
  const about = {kind: 'event', fault: aimed.id, level} as const
  try {
    await fault.adjust?.(aimed, inverse, level, world)
    one.level = level
    record({...about, atMs: world.clock.now(), event: 'fault-level'})
  } catch (cause) {
    stage.signal.throwIfAborted()
    record({...about, atMs: world.clock.now(), event: 'fault-level-failed', message: messageOf(cause)})
  }
}

/**
 * Waits until no change is under way: one that lands after the undoing could bring the fault back. Not for ever: a
 * fault that stays because a call hangs is the worse of the two, and undo reads back.
 */
export const untilLanded = async (
  following: Promise<void>,
  {aimed, stage}: FaultInForce,
  limitMs = landingLimitMs,
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs)
  })
  const ended = await Promise.race([following, late])
  clearTimeout(timer)
  if (ended !== 'late') return
  const message = `a change of strength of ${aimed.id} ${aimed.fault} has not ended after ${formatDuration(limitMs)}`
  stage.record({kind: 'event', atMs: stage.world.clock.now(), event: 'warning', message})
}
