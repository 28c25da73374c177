import {EnvironmentError, messageOf} from '../errors.js'
import type {Plan} from '../plan/plan.js'
import {isRecord} from '../scenarios/shapes.js'
import {systemClock} from '../system/clock.js'
import type {EngineOptions, LoadSecond, PreparedLoad} from './engine.js'

/** How long somebody else's engine may take beyond what its plan or its grace says. */
const patienceMs = 30_000
/** Longer than any timer of Node can wait. */
const longestTimerMs = 2 ** 31 - 1

/** Where errors end up that nobody caught; `process` outside tests. */
export interface LastResort {
  on(event: 'uncaughtException', listener: (cause: unknown) => void): unknown
  off(event: 'uncaughtException', listener: (cause: unknown) => void): unknown
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0

const sumOf = (counts: unknown): number =>
  isRecord(counts) ? Object.values(counts).reduce<number>((sum, count) => sum + Number(count), 0) : Number.NaN

/** What is wrong with a second as reported; nothing when its counts add up. */
export const wrongIn = (second: unknown): string | undefined => {
  const {startMs, requests, health} = isRecord(second) ? second : {}
  if (typeof startMs !== 'number') return 'it has no startMs'
  if (!isRecord(health) || typeof health['cpu'] !== 'number' || !isCount(health['inFlight']))
    return 'its health has no cpu and inFlight'
  if (!isRecord(requests)) return 'it has no requests by name'
  for (const [name, request] of Object.entries(requests)) {
    const {due, sent, skipped, answered, failed, histogram} = isRecord(request) ? request : {}
    if (!isCount(due) || !isCount(sent) || !isCount(skipped))
      return `"${name}" does not count due, sent, skipped`
    if (due !== sent + skipped)
      return `of "${name}", ${due} were due, and sent and skipped are ${sent + skipped}`
    const settled = sumOf(answered) + sumOf(failed)
    if (settled !== sent) return `of "${name}", ${sent} were sent, and answered and failed are ${settled}`
    if (typeof histogram !== 'string') return `"${name}" has no histogram`
  }
  return undefined
}

const brokeDown = (name: string, what: string, cause?: unknown): EnvironmentError =>
  new EnvironmentError(`The load engine "${name}" ${what}`, {
    hint: 'This engine is not part of Shakedown: its author can tell more.',
    cause,
  })

/** Resolves with the promise, or with nothing once the limit has passed. */
const atMost = async (limitMs: number, promise: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(longestTimerMs, limitMs))
  })
  try {
    await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Somebody else's load under supervision: what it reports must add up, an error that it does not catch ends the run and
 * not the process (which would leave the faults to the watchdog), and no wait for it is endless.
 */
export const checkedLoad = async (
  name: string,
  plan: Plan,
  options: EngineOptions,
  prepare: (options: EngineOptions) => Promise<PreparedLoad>,
  lastResort: LastResort = process,
): Promise<PreparedLoad> => {
  let fail = (_error: EnvironmentError): void => {}
  const broken = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  broken.catch(() => {})
  const uncaught = (cause: unknown): void => fail(brokeDown(name, `broke down: ${messageOf(cause)}`, cause))
  const onSecond = (second: LoadSecond): void => {
    const wrong = wrongIn(second)
    if (wrong === undefined) options.onSecond(second)
    else fail(brokeDown(name, `reported a second that cannot be right: ${wrong}`))
  }
  lastResort.on('uncaughtException', uncaught)
  const release = (): void => void lastResort.off('uncaughtException', uncaught)
  try {
    const load = await Promise.race([prepare({...options, onSecond}), broken])
    return {
      run: async (startAtMs) => {
        const limitMs =
          startAtMs - systemClock.now() + plan.durationMs + plan.scenario.load.timeoutMs + patienceMs
        const running = load.run(startAtMs)
        await Promise.race([atMost(limitMs, running), broken])
        return await Promise.race([running, broken, lateAs(brokeDown(name, 'does not end its run'))])
      },
      stop: (graceMs) => atMost(graceMs + patienceMs, load.stop(graceMs)),
      close: () => atMost(patienceMs, load.close()).finally(release),
    }
  } catch (error) {
    release()
    throw error
  }
}

/** Rejects, but not before what is settled already had its say. */
const lateAs = async (error: EnvironmentError): Promise<never> => {
  await new Promise((resolve) => setImmediate(resolve))
  throw error
}
