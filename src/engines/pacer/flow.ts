import type {FlowSpec} from '../../scenarios/scenario.js'
import type {Random} from '../../system/random.js'
import type {FlowBreak} from '../engine.js'
import type {Answer} from './call.js'
import {type CookieSession, createCookieSession} from './cookies.js'
import {compileExpect, type Expected} from './expect.js'
import {compileExtraction, type Extraction} from './extract.js'
import {type Draw, UnfitValue} from './templates.js'

/** A flow of the scenario, ready to be taken many times. */
export interface CompiledFlow {
  name: string
  weight: number
  steps: CompiledStep[]
  cookies: boolean
}

export type CompiledStep = {kind: 'think'; minMs: number; maxMs: number} | RequestStep

interface RequestStep {
  kind: 'request'
  /** Index among all requests of the plan, in the order of `requestsOf`. */
  request: number
  name: string
  extraction: Extraction
  /** After which statuses the flow goes on. */
  goesOn: Expected
  /** Once this one is answered, the flow is complete. */
  last: boolean
}

/** What became of a flow, for the books. */
export interface FlowBook {
  started(flow: string, atMs: number): void
  completed(flow: string, nowMs: number): void
  broken(flow: string, step: string, why: FlowBreak, nowMs: number): void
}

/**
 * What a flow is taken in; times are milliseconds since the start of the run.
 *
 * A flow is alive as long as it has a request on its way or waits for a time; it needs to tell nobody when it is over.
 * Once the plan has passed, or the load was stopped, nothing more is sent and no waiting ends: flows end where they
 * stand.
 */
export interface FlowWorld {
  /** Epoch ms of the start. */
  startAtMs: number
  now(): number
  /**
   * Sends one request, due at `dueMs`, and tells how it ended. `collect` keeps headers and body of the answer, which
   * costs time and memory: ask for it only where they are read. Throws UnfitValue, before anything is sent or counted,
   * when a value does not fit where the request puts it.
   */
  send(request: number, dueMs: number, draw: Draw, collect: boolean, ended: (answer: Answer) => void): void
  /** Calls back at that time or soon after. */
  waitUntil(atMs: number, then: () => void): void
  book: FlowBook
}

/** The user who takes a flow once: chance of his own, and the number of the arrival. */
export interface FlowStart {
  /** When the flow is due. */
  atMs: number
  /** Number of the arrival, from 1; the same for all steps. */
  sequence: number
  random: Random
}

/** An answer that lets a flow go on where its step states nothing: any that is no error. */
const noError: Expected = (status) => status < 400

/** Compiles a flow whose first request has this index; its others follow in the order of its steps. */
export const compileFlow = ({name, weight, steps, cookies}: FlowSpec, firstRequest: number): CompiledFlow => {
  let request = firstRequest
  const last = steps.findLastIndex(({kind}) => kind === 'request')
  return {
    name,
    weight,
    cookies: cookies ?? false,
    steps: steps.map((step, index) =>
      step.kind === 'think'
        ? step
        : {
            kind: 'request',
            request: request++,
            name: step.request.name,
            extraction: compileExtraction(step.extract),
            goesOn: compileExpect(step.request.expect) ?? noError,
            last: index === last,
          },
    ),
  }
}

/** Why a flow ends with this answer; nothing when it goes on. `values` takes what the step takes out of it. */
const breakOf = (
  {extraction, goesOn}: RequestStep,
  answer: Answer,
  values: Record<string, string>,
): FlowBreak | undefined => {
  const {ending} = answer
  if ('skipped' in ending) return 'skipped'
  if ('failure' in ending) return 'failed'
  if (!goesOn(ending.status)) return 'status'
  if (extraction.needs === 'nothing') return undefined
  if (answer.tooLarge && extraction.needs === 'body') return 'too-large'
  const taken = extraction.take(answer)
  if (taken === undefined) return 'extract'
  Object.assign(values, taken)
  return undefined
}

/** One user on his way through a flow. */
interface Way {
  flow: CompiledFlow
  random: Random
  draw: Draw
  values: Record<string, string>
  cookies: CookieSession | undefined
  world: FlowWorld
}

const take = (way: Way, index: number, dueMs: number): void => {
  const {flow, random, world, draw, cookies} = way
  const step = flow.steps[index]
  if (step === undefined) return
  if (step.kind === 'think') {
    const untilMs = dueMs + step.minMs + random.next() * (step.maxMs - step.minMs)
    world.waitUntil(untilMs, () => take(way, index + 1, untilMs))
    return
  }
  const collect = cookies !== undefined || step.extraction.needs !== 'nothing'
  try {
    world.send(step.request, dueMs, draw, collect, (answer) => answered(way, index, step, answer))
  } catch (error) {
    if (!(error instanceof UnfitValue)) throw error
    world.book.broken(flow.name, step.name, 'value', world.now())
  }
}

const answered = (way: Way, index: number, step: RequestStep, answer: Answer): void => {
  const {flow, values, cookies, world} = way
  const nowMs = world.now()
  cookies?.answered(answer.headers?.['set-cookie'], nowMs)
  const why = breakOf(step, answer, values)
  if (why !== undefined) world.book.broken(flow.name, step.name, why, nowMs)
  else if (step.last) world.book.completed(flow.name, nowMs)
  else take(way, index + 1, nowMs)
}

/** Takes the steps in order: each is due when the one before it has ended; one that fails ends the flow. */
export const startFlow = (
  flow: CompiledFlow,
  {atMs, sequence, random}: FlowStart,
  world: FlowWorld,
): void => {
  const values: Record<string, string> = {}
  const cookies = flow.cookies ? createCookieSession(world) : undefined
  const draw: Draw = {random, sequence, values, ...(cookies !== undefined && {cookies})}
  world.book.started(flow.name, atMs)
  take({flow, random, draw, values, cookies, world}, 0, atMs)
}
