import {messageOf} from '../errors.js'
import type {MetricSource} from '../metrics/source.js'
import type {Guard} from '../scenarios/scenario.js'
import type {Clock} from '../system/clock.js'
import type {RunEvent} from './record.js'

/** What a guard's expression said at one instant; `undefined` when it said nothing. */
export interface Observation {
  atMs: number
  value: number | undefined
}

/** Judges a guard by what was seen so far. A verdict function, handed in so that the arrow stays one way. */
export type JudgeGuard = (guard: Guard, seen: readonly Observation[]) => 'ok' | 'tripped'

/** The experiment was stopped by a guard. */
export class GuardTripped extends Error {
  override readonly name = 'GuardTripped'
  readonly guard: string

  constructor(guard: string, why: string) {
    super(`guard "${guard}" tripped: ${why}`)
    this.guard = guard
  }
}

const reasonOf = ({alert, stopWhen}: Guard, value: number | undefined): string =>
  alert === undefined ? `${stopWhen} is ${value}` : `the alert ${alert} fires`

const pollMs = 1_000

/** A guard that had nothing to judge for so long may never have: a slip in its selector would go unseen. */
const blindMs = 10_000

interface GuardWatch {
  guards: Guard[]
  metrics: MetricSource
  judge: JudgeGuard
  clock: Clock
  signal: AbortSignal
  record(event: RunEvent): void
}

/** Largest value of the answer: one series above the limit is enough to stop. */
const worst = (guard: Guard, values: number[]): number | undefined => {
  const numbers = values.filter((value) => !Number.isNaN(value))
  if (numbers.length === 0) return undefined
  return guard.above === undefined ? Math.min(...numbers) : Math.max(...numbers)
}

/** Asks every guard once a second until the signal aborts; throws GuardTripped. */
export const watchGuards = async (watch: GuardWatch): Promise<void> => {
  const failing = new Set<Guard>()
  const told = new Set<Guard>()
  // Each by itself: a query that hangs must not keep the other guards from being looked at.
  await Promise.all(watch.guards.map((guard) => watchOne(guard, watch, failing, told)))
}

const watchOne = async (
  guard: Guard,
  watch: GuardWatch,
  failing: Set<Guard>,
  told: Set<Guard>,
): Promise<void> => {
  const seen: Observation[] = []
  for (;;) {
    const atMs = watch.clock.now()
    const value = await ask(guard, atMs, watch, failing)
    seen.push({atMs, value})
    if (watch.judge(guard, seen) === 'tripped') throw new GuardTripped(guard.name, reasonOf(guard, value))
    tellBlind(guard, seen, told, watch)
    await watch.clock.sleep(pollMs, watch.signal)
  }
}

/** Said once. An alert that does not fire answers nothing, which is as it should be. */
const tellBlind = (
  guard: Guard,
  seen: readonly Observation[],
  told: Set<Guard>,
  {record}: GuardWatch,
): void => {
  const [first, last] = [seen[0], seen.at(-1)]
  if (told.has(guard) || guard.alert !== undefined || !first || !last) return
  if (last.atMs - first.atMs < blindMs || seen.some(({value}) => value !== undefined)) return
  told.add(guard)
  const message = `guard "${guard.name}" has had nothing to judge so far: no series answers ${guard.stopWhen}`
  record({kind: 'event', atMs: last.atMs, event: 'note', message})
}

/** A guard that cannot be asked is blind, not tripped: that is written down once. */
const ask = async (
  guard: Guard,
  atMs: number,
  {metrics, signal, record}: GuardWatch,
  failing: Set<Guard>,
): Promise<number | undefined> => {
  try {
    const {answers, warnings} = await metrics.query(guard.stopWhen, atMs, signal)
    const [doubt] = warnings
    if (doubt === undefined) failing.delete(guard)
    else if (!failing.has(guard)) {
      record({kind: 'event', atMs, event: 'warning', message: `guard "${guard.name}" is in doubt: ${doubt}`})
      failing.add(guard)
    }
    return worst(
      guard,
      answers.map(({value}) => value),
    )
  } catch (cause) {
    signal.throwIfAborted()
    const message = `guard "${guard.name}" cannot be asked: ${messageOf(cause)}`
    if (!failing.has(guard)) record({kind: 'event', atMs, event: 'warning', message})
    failing.add(guard)
    return undefined
  }
}
