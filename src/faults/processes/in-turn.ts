import {z} from 'zod'
import {UserError} from '../../errors.js'
import {formatDuration} from '../../scenarios/quantities.js'
import {positiveDuration} from '../../scenarios/units.js'
import type {World} from '../fault.js'

/** In which order victims are hit. */
export const turnOptions = {
  order: z
    .enum(['together', 'one-by-one'])
    .default('together')
    .describe('`together` hits all at once, `one-by-one` one after the other: a rolling failure.'),
  every: positiveDuration
    .optional()
    .describe(
      'Time from one victim to the next; by default the next waits until the one before is ready again.',
    ),
}

export interface TurnOptions {
  order: 'together' | 'one-by-one'
  every?: number | undefined
}

/** ", one by one, one every 5s", for the dry run. */
export const inTurnWords = ({order, every}: TurnOptions, victims: number): string => {
  if (order === 'together' || victims < 2) return ''
  return every === undefined
    ? ', one by one, each when the one before is ready again'
    : `, one by one, one every ${formatDuration(every)}`
}

/** What is hit in turn, and for how long there is time. */
export interface Turn extends TurnOptions {
  /** The fault's, for the record. */
  id: string
  victims: string[]
  /** How long the fault lasts. */
  lastsMs: number
  hit(victim: string): Promise<void>
  /** Whether a victim that was hit is back; asked only without `every`. */
  isBack(victim: string): Promise<boolean>
}

const pollMs = 200

/** Throws UserError when the fault ends before its last victim's turn. */
export const checkTime = (
  {order, every}: TurnOptions,
  victims: number,
  lastsMs = Number.POSITIVE_INFINITY,
): void => {
  if (order === 'together' || every === undefined || every * (victims - 1) < lastsMs) return
  throw new UserError(
    `${victims} victims, one every ${formatDuration(every)}, do not fit into ${formatDuration(lastsMs)}`,
    {hint: 'Make the fault longer, the distance shorter, or the victims fewer.'},
  )
}

/**
 * Hits all victims at once, or one after the other; resolves when all have been hit, or the fault's time is over. Stops
 * with the world's signal.
 *
 *   together     v1 v2 v3
 *   every: 5s    v1 ── 5 s ── v2 ── 5 s ── v3
 *   one-by-one   v1 ▸ ready again ▸ v2 ▸ ready again ▸ v3
 */
export const hitInTurn = async (turn: Turn, {clock, signal, note}: World): Promise<void> => {
  const {id, victims, order, every, hit, isBack, lastsMs} = turn
  const beganMs = clock.now()
  for (const [index, victim] of victims.entries()) {
    signal.throwIfAborted()
    const before = victims[index - 1]
    if (order === 'one-by-one' && before !== undefined) {
      if (every !== undefined) await clock.sleep(beganMs + index * every - clock.now(), signal)
      else
        while (!(await isBack(before))) {
          // Who was not reached shows it when somebody looks.
          if (clock.now() - beganMs >= lastsMs) return
          await clock.sleep(pollMs, signal)
        }
    }
    await hit(victim)
    if (order === 'one-by-one') note?.(`${id} hit ${victim}, ${index + 1} of ${victims.length}`)
  }
}
