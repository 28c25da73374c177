import type {Engine} from '../../engines/engine.js'
import {UserError} from '../../errors.js'
import type {Plan, PlannedPhase} from '../../plan/plan.js'
import {expectedRequests, ratesOf, sumOfRates} from '../../plan/rates.js'
import type {LoadStream} from '../../scenarios/scenario.js'
import {isMadeInCluster} from '../admit-load.js'

/** How much load a trial sends, and for how long: `settleMs` first, which nobody judges. */
export interface TrialLoad {
  ratePerSecond: number
  settleMs: number
  measureMs: number
}

/**
 * Throws UserError with the reason when a load cannot be sent at any rate that is asked for: in a closed loop the target
 * sets the rate, and what is then not sent is not counted as lost. Pods that send are made for one load.
 */
export const checkSteerable = (plan: Plan, engine: Engine): void => {
  const {engine: name, streams} = plan.scenario.load
  if (engine.loop === 'closed' || streams.some(({profile}) => profile.kind === 'connections')) {
    throw new UserError(`Engine ${name} sends in a closed loop, so it cannot search for a capacity`, {
      hint: 'A closed loop slows down with the target, and hides what it could not carry: use pacer or k6 (--engine pacer).',
    })
  }
  if (isMadeInCluster(plan)) {
    throw new UserError('A capacity is not searched for with a load that is made in a cluster', {
      hint: 'Every trial would start its pods anew, and nothing journals them: use pacer, or k6 on this machine, and leave out load.on.',
    })
  }
  const replayed = streams.find(({replay}) => replay !== undefined)
  if (replayed) {
    throw new UserError(`Stream ${replayed.name} is a replay: its log says when each request is sent`, {
      hint: 'A capacity is searched for at constant rates: write the requests of the log with weights.',
    })
  }
  if (expectedRequests(plan.rates) <= 0) {
    throw new UserError(`Scenario ${plan.scenario.name} sends no load, so nothing says what the mix is`)
  }
}

/** The mean rate of a plan's load over its whole length. */
export const meanRate = ({rates, durationMs}: Plan): number => (expectedRequests(rates) * 1000) / durationMs

/** The plan of one trial: the scenario's mix at a constant rate, its streams in the proportion of their means, no faults. */
export const trialPlan = (plan: Plan, {ratePerSecond, settleMs, measureMs}: TrialLoad): Plan => {
  const all = expectedRequests(plan.rates)
  const durationMs = settleMs + measureMs
  const streams: LoadStream[] = plan.scenario.load.streams.map((stream, index) => {
    const share = expectedRequests(plan.streams[index]?.rates ?? []) / all
    return {...stream, profile: {kind: 'constant', ratePerSecond: share * ratePerSecond}}
  })
  const sent = streams.filter(({profile}) => profile.kind === 'constant' && profile.ratePerSecond > 0)
  const planned = sent.map(({name, profile}) => ({name, rates: ratesOf(profile, durationMs)}))
  const phases: PlannedPhase[] = [
    {name: 'warm-up', startMs: 0, endMs: settleMs},
    {name: 'baseline', startMs: settleMs, endMs: durationMs},
  ]
  return {
    ...plan,
    scenario: {...plan.scenario, load: {...plan.scenario.load, streams: sent}},
    phases: phases.filter(({startMs, endMs}) => endMs > startMs),
    rates: sumOfRates(planned.map(({rates}) => rates)),
    streams: planned,
    faults: [],
    durationMs,
  }
}
