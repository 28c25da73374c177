import {messageOf} from '../../errors.js'
import type {Evidence, Moment} from '../../faults/fault.js'
import type {PlannedFault} from '../../plan/plan.js'
import {type Stretch, stretchesAtTop} from '../../plan/strength.js'
import {formatPercent} from '../../scenarios/quantities.js'
import type {FaultInForce} from './fault-in-force.js'

/** Traffic gets this long to meet a fresh fault before somebody looks. */
const firstLookMs = 1_500

/** A look takes this long at most; the last one must not stretch the fault. */
const lastLookMs = 3_000

/** Of a fault that is strong again and again, so many stretches are looked at: each look sends probes. */
const mostStretches = 6

/** As good as at its strongest. */
const nearTop = 0.9

/** A time to look, and until when it makes sense. Ms from the first request. */
interface LookTime {
  atMs: number
  untilMs: number
}

/** When to look: a while into each stretch of high strength, and once more before the last one ends. */
export const lookTimes = ({startMs, endMs, levels}: PlannedFault, appliedMs: number): LookTime[] => {
  const all = levels ? stretchesAtTop(levels, endMs, nearTop) : [{fromMs: startMs, toMs: endMs}]
  const ahead = all.filter(({toMs}) => !levels || toMs > appliedMs)
  const chosen = [...ahead.slice(0, mostStretches - 1), ...ahead.slice(mostStretches - 1).slice(-1)]
  const begun = ({fromMs}: Stretch): number => Math.max(fromMs, appliedMs)
  const looks = chosen.map((stretch) => ({
    atMs: begun(stretch) + Math.min(firstLookMs, (stretch.toMs - begun(stretch)) / 2),
    untilMs: stretch.toMs,
  }))
  const last = looks.at(-1)
  // As late as a look still fits in, or in the middle of what is left when that is short.
  const again = last && {
    atMs: last.untilMs - Math.min(lastLookMs, (last.untilMs - last.atMs) / 2),
    untilMs: last.untilMs,
  }
  return again ? [...looks, again] : looks
}

/**
 * Looks at a fault when it is strongest, until a look sees that it took effect. Never at a fault without strength.
 *
 *   constant   ████████████████████      pulse   ██▁▁▁▁██▁▁▁▁██
 *                ▲              ▲                 ▲     ▲     ▲▲
 */
export const takeLooks = async (one: FaultInForce): Promise<void> => {
  const {aimed, stage} = one
  const {clock} = stage.world
  let earlier: Evidence | undefined
  for (const {atMs, untilMs} of lookTimes(aimed, clock.now() - stage.startedMs)) {
    await clock.sleep(stage.startedMs + atMs - clock.now(), stage.signal)
    const late = clock.now() >= stage.startedMs + untilMs
    // A fault of constant strength is looked at even when it was injected too late: nobody looking is no answer.
    if (aimed.levels && (late || one.level === 0)) continue
    earlier = await look(one, {level: one.level, ...(earlier ? {earlier} : {})})
    if (earlier.bit === 'yes') return
  }
}

/** One look, written down. A look that fails says nothing about the fault: unknown. */
const look = async (one: FaultInForce, moment: Moment): Promise<Evidence> => {
  const {aimed, stage} = one
  const {clock} = stage.world
  let evidence: Evidence
  try {
    evidence = inChange(moment.level, one, await observed(one, moment))
  } catch (cause) {
    stage.signal.throwIfAborted()
    const numbers = moment.earlier?.numbers ?? {}
    evidence = {bit: 'unknown', observations: [messageOf(cause)], numbers}
  }
  const level = aimed.levels ? {level: moment.level} : {}
  stage.record({kind: 'event', atMs: clock.now(), event: 'fault-seen', fault: aimed.id, ...level, evidence})
  return evidence
}

/** What is not felt while the strength changes may well be felt at the next look. */
const inChange = (before: number, {level}: FaultInForce, evidence: Evidence): Evidence => {
  if (level === before || evidence.bit !== 'no') return evidence
  const change = `its strength went from ${formatPercent(before)} to ${formatPercent(level)} meanwhile`
  return {...evidence, bit: 'unknown', observations: [...evidence.observations, change]}
}

/** A look is given up when the run stops and when the fault should end: undo must not wait for it. */
const observed = async ({aimed, fault, inverse, stage, endMs}: FaultInForce, moment: Moment) => {
  const {world, signal} = stage
  const leftMs = Math.max(lastLookMs, endMs - world.clock.now())
  let timer: NodeJS.Timeout | undefined
  let stop = (): void => {}
  const givenUp = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, {once: true})
    timer = setTimeout(() => reject(new Error('the fault ended before the look at it did')), leftMs)
  })
  try {
    return await Promise.race([fault.observe(aimed, inverse, world, moment), givenUp])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
