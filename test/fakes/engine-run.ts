import hdr, {type Histogram} from 'hdr-histogram-js'
import type {
  Engine,
  LiveLoad,
  LoadSecond,
  LoadTotals,
  PreparedLoad,
  RequestSecond,
} from '../../src/engines/engine.js'
import type {Plan} from '../../src/plan/plan.js'

/** What an engine told about a run, in the order it was told. */
export interface ObservedRun {
  seconds: LoadSecond[]
  lives: LiveLoad[]
  warnings: string[]
  totals: LoadTotals
  startAtMs: number
}

/** Runs a plan to its end; `during` may stop it. */
export const runLoad = async (
  engine: Engine,
  plan: Plan,
  during: (load: PreparedLoad, startAtMs: number) => Promise<void> = async () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<ObservedRun> => {
  const seconds: LoadSecond[] = []
  const lives: LiveLoad[] = []
  const warnings: string[] = []
  const load = await engine.prepare(plan, {
    signal,
    onSecond: (second) => seconds.push(second),
    onLive: (live) => lives.push(live),
    onWarning: (message) => warnings.push(message),
  })
  try {
    const startAtMs = Date.now() + 50
    const [totals] = await Promise.all([load.run(startAtMs), during(load, startAtMs)])
    return {seconds, lives, warnings, totals, startAtMs}
  } finally {
    await load.close()
  }
}

const count = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, value) => sum + value, 0)

/** One request name over all seconds. */
export interface SummedRequest {
  due: number
  sent: number
  skipped: number
  answered: Record<string, number>
  failed: Record<string, number>
  /** Answers with a status that the request does not expect. */
  unexpected: number
  latencyUs: Histogram
}

const addAll = (into: Record<string, number>, counts: Record<string, number>): void => {
  for (const [key, value] of Object.entries(counts)) into[key] = (into[key] ?? 0) + value
}

/** Adds up the seconds of one request name. */
export const sumOf = (seconds: readonly LoadSecond[], name: string): SummedRequest => {
  const sum: SummedRequest = {
    due: 0,
    sent: 0,
    skipped: 0,
    answered: {},
    failed: {},
    unexpected: 0,
    latencyUs: hdr.build(),
  }
  for (const {requests} of seconds) {
    const request = requests[name]
    if (request === undefined) throw new Error(`no "${name}" in a second`)
    sum.due += request.due
    sum.sent += request.sent
    sum.skipped += request.skipped
    sum.unexpected += request.unexpected ?? 0
    addAll(sum.answered, request.answered)
    addAll(sum.failed, request.failed)
    sum.latencyUs.add(hdr.decodeFromCompressedBase64(request.histogram))
  }
  return sum
}

/** The identities that hold in every second of every request name. */
export const isBalanced = ({due, sent, skipped, answered, failed, histogram}: RequestSecond): boolean =>
  due === sent + skipped &&
  sent === count(answered) + count(failed) &&
  hdr.decodeFromCompressedBase64(histogram).totalCount === count(answered)
