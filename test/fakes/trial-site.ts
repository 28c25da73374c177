import type {CapacityHeader, CapacityLine} from '../../src/capacity/record.js'
import type {Evidence} from '../../src/faults/fault.js'
import type {PlannedFault} from '../../src/plan/plan.js'
import type {TrialSite} from '../../src/run/trials/site.js'
import {type TrialLoad, trialPlan} from '../../src/run/trials/trial-plan.js'
import type {LegStage} from '../../src/workflows/capacity-trials.js'
import {capacityHeader, loadScenario, planOf, trialSeen} from './capacity-trials.js'
import {requestSecond} from './record-load.js'

/** How a target answers that is no target: what it carries, where a guard trips, and what a look sees. */
export interface FakeTarget {
  /** Requests a second; `held` is how many faults are in force. */
  limit?: (held: number) => number
  trips?: (load: TrialLoad, held: number) => boolean
  /** What a look sees; `sending` is the rate that is sent meanwhile. */
  sees?: (sending: number | undefined, look: number) => Evidence['bit']
}

const evidence = (bit: Evidence['bit']): Evidence => ({bit, observations: [`it says ${bit}`], numbers: {}})

const someFault: PlannedFault = {
  id: 'f1',
  fault: 'kill',
  options: {},
  startMs: 0,
  endMs: Number.MAX_SAFE_INTEGER,
  aim: {edges: [], replicas: [], does: 'stops one', undo: 'starts it'},
}

/** A site whose trials are made up at once; `sent` are the rates of all of them, with and without a verdict. */
export const fakeSite = ({limit = () => 100, trips = () => false, sees = () => 'yes'}: FakeTarget) => {
  const sent: (TrialLoad & {held: number})[] = []
  let held = 0
  let looks = 0
  let sending: number | undefined
  const look = async (): Promise<Evidence> => evidence(sees(sending, looks++))
  const site: Pick<TrialSite, 'admit' | 'send' | 'hold' | 'aimAtOne' | 'plan'> = {
    plan: {...planOf(loadScenario()), faults: [{...someFault, fault: 'latency'}]},
    admit: async () => {},
    aimAtOne: () => someFault,
    hold: async () => {
      held++
      const release = async (): Promise<void> => void held--
      return {evidence: await look(), look, release}
    },
    send: async (load, during) => {
      sent.push({...load, held})
      const {ratePerSecond: rate} = load
      const tripped = trips(load, held) ? {tripped: {guard: 'errors', message: 'it tripped'}} : {}
      sending = rate
      // A guard that trips at once ends the load before anything is done meanwhile.
      if (!('tripped' in tripped)) await during?.act()
      sending = undefined
      const whole = Math.round(rate)
      const most = limit(held)
      // One that carries nothing is slow with all of it.
      const slow = rate <= most ? 0 : most === 0 ? whole : Math.ceil(rate / 2)
      const seconds = Math.max(1, load.measureMs / 1000)
      const request = requestSecond(Math.max(0, whole - slow), {slow})
      return {...trialSeen(request, {seconds, ...tripped}), plan: trialPlan(site.plan, load)}
    },
  }
  return {site, sent, held: () => held}
}

/** A stage with that site; what is written becomes its lines. */
export const legStage = (
  site: ReturnType<typeof fakeSite>['site'],
  asked: Partial<CapacityHeader['asked']> = {},
  before: readonly CapacityLine[] = [],
): LegStage & {notes: string[]} => {
  const lines = [...before]
  const notes: string[] = []
  const header = capacityHeader({overload: false, ...asked})
  return {
    // Legs use nothing else of a site.
    site: site as TrialSite,
    header: {...header, options: {...header.options, mostPerSecond: 10_000, riseMs: 3_000}},
    lines,
    write: (line) => void lines.push(line),
    told: () => {},
    note: (message) => void notes.push(message),
    notes,
  }
}
