import type {FlowSpec} from '../../scenarios/scenario.js'
import type {Random} from '../../system/random.js'
import type {Answer} from './call.js'
import type {Draw} from './templates.js'

/** A flow of the scenario, ready to be taken many times. */
export interface CompiledFlow {
  name: string
  weight: number
  steps: CompiledStep[]
}

export type CompiledStep =
  | {kind: 'think'; minMs: number; maxMs: number}
  /** `request` is its index among all requests of the plan, in the order of `requestsOf`. */
  | {kind: 'request'; request: number}

/**
 * What a flow is taken in; times are milliseconds since the start of the run.
 *
 * A flow is alive as long as it has a request on its way or waits for a time; it needs to tell nobody when it is over.
 * Once the plan has passed, or the load was stopped, nothing more is sent and no waiting ends: flows end where they
 * stand.
 */
export interface FlowWorld {
  now(): number
  /**
   * Sends one request, due at `dueMs`, and tells how it ended: not before `send` returned. `collect` keeps headers and
   * body of the answer, which costs time and memory: ask for it only where they are read.
   */
  send(request: number, dueMs: number, draw: Draw, collect: boolean, ended: (answer: Answer) => void): void
  /** Calls back at that time or soon after. */
  waitUntil(atMs: number, then: () => void): void
}

/** The user who takes a flow once: chance of his own, and the number of the arrival. */
export interface FlowStart {
  /** When the flow is due. */
  atMs: number
  /** Number of the arrival, from 1; the same for all steps. */
  sequence: number
  random: Random
}

/** Compiles a flow whose first request has this index; its others follow in the order of its steps. */
export const compileFlow = ({name, weight, steps}: FlowSpec, firstRequest: number): CompiledFlow => {
  let request = firstRequest
  return {
    name,
    weight,
    steps: steps.map((step) => (step.kind === 'think' ? step : {kind: 'request', request: request++})),
  }
}

/** An answer that lets a flow go on: any that is no error. */
const goesOn = ({ending}: Answer): boolean => 'status' in ending && ending.status < 400

/** Takes the steps in order: each is due when the one before it has ended; one that fails ends the flow. */
export const startFlow = (
  flow: CompiledFlow,
  {atMs, sequence, random}: FlowStart,
  world: FlowWorld,
): void => {
  const draw = {random, sequence}
  const take = (index: number, dueMs: number): void => {
    const step = flow.steps[index]
    if (step === undefined) return
    if (step.kind === 'think') {
      const untilMs = dueMs + step.minMs + random.next() * (step.maxMs - step.minMs)
      world.waitUntil(untilMs, () => take(index + 1, untilMs))
      return
    }
    world.send(step.request, dueMs, draw, false, (answer) => {
      if (goesOn(answer)) take(index + 1, world.now())
    })
  }
  take(0, atMs)
}
