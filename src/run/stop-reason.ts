import type {LoadTotals} from '../engines/engine.js'
import {Interrupted, messageOf} from '../errors.js'
import {LoadBroke} from './breakpoint.js'
import {GuardTripped} from './guards.js'
import type {RecordEnd, RunEvent} from './record.js'

/** The load ended itself at a limit of its own script (`abortOnFail` in k6), which is a guard by another name. */
export class LimitReached extends Error {
  override readonly name = 'LimitReached'
  readonly limit: string

  constructor({name, message}: NonNullable<LoadTotals['limit']>) {
    super(message)
    this.limit = name
  }
}

/** How a run ended that something stopped, and the event that says so. */
export const stoppedBy = (reason: unknown, atMs: number): {ended: RecordEnd['ended']; event: RunEvent} => {
  const base = {kind: 'event', atMs, message: messageOf(reason)} as const
  if (reason instanceof Interrupted) return {ended: 'interrupted', event: {...base, event: 'interrupted'}}
  if (reason instanceof LoadBroke) {
    const {objective, ratePerSecond, atMs: brokeMs} = reason
    return {
      ended: 'completed',
      event: {...base, atMs: brokeMs, event: 'breakpoint', objective, ratePerSecond},
    }
  }
  if (reason instanceof GuardTripped) {
    return {ended: 'guard', event: {...base, event: 'guard-tripped', guard: reason.guard}}
  }
  if (reason instanceof LimitReached) {
    return {ended: 'guard', event: {...base, event: 'guard-tripped', guard: reason.limit}}
  }
  const hint =
    reason instanceof Error && 'hint' in reason && typeof reason.hint === 'string' ? {hint: reason.hint} : {}
  return {ended: 'error', event: {...base, event: 'error', ...hint}}
}

/** Aborts `stop` as soon as one of the sources aborts, with its reason; returns how to stop listening. */
export const forwardAborts = (sources: AbortSignal[], stop: AbortController): (() => void) => {
  const listeners = sources.map((source) => {
    const listener = (): void => stop.abort(source.reason)
    if (source.aborted) listener()
    source.addEventListener('abort', listener)
    return () => source.removeEventListener('abort', listener)
  })
  return () => {
    for (const remove of listeners) remove()
  }
}
