import type {Objective, PhaseName, Scenario} from '../scenarios/scenario.js'

/** What a trial is judged by, and what of the scenario is left out, with the reason. */
export interface Criteria {
  objectives: Objective[]
  leftOut: {name: string; why: string}[]
  /** Share of the requests that may be lost: what the strictest objective that is a share allows. */
  lossAllowed: number
  /**
   * Share of the requests that may be answered with 5xx or 429: what the loosest objective that is a share allows.
   * Not judged where a fault is in force: to fail fast may be what its phase asks for.
   */
  refusalsAllowed?: number
}

/** Where no objective is a share. */
const usualLoss = 0.01

const isShare = (objective: Objective): objective is Extract<Objective, {target: number}> =>
  objective.kind === 'ratio' || objective.kind === 'latency'

/**
 * The objectives that must hold in every trial: those that are shares (of the phase, where any is), as they must also
 * hold without a fault; and queries of the phase. What needs two phases, or an alert, has no meaning in a trial.
 */
export const criteriaOf = ({objectives}: Scenario, phase: PhaseName): Criteria => {
  const leftOut: Criteria['leftOut'] = []
  const shares = objectives.filter(isShare)
  const ofPhase = shares.filter(({during}) => during.includes(phase))
  const judgedShares = ofPhase.length > 0 ? ofPhase : shares
  const judged = objectives.filter((objective) => {
    const {name, kind} = objective
    if (isShare(objective)) {
      if (judgedShares.includes(objective)) return true
      leftOut.push({name, why: `it is not asked for in the ${phase} phase`})
      return false
    }
    if (kind === 'query') {
      if (objective.during.includes(phase)) return true
      leftOut.push({name, why: `it is not asked for in the ${phase} phase`})
      return false
    }
    leftOut.push({
      name,
      why: `a trial has no ${kind === 'alert' ? 'rules to evaluate' : 'phases to compare'}`,
    })
    return false
  })
  const targets = judgedShares.map(({target}) => target)
  return {
    objectives: judged.map((objective): Objective => ({...objective, during: ['baseline']})),
    leftOut,
    lossAllowed: targets.length === 0 ? usualLoss : 1 - Math.max(...targets),
    ...(phase === 'baseline' && {
      refusalsAllowed: targets.length === 0 ? usualLoss : 1 - Math.min(...targets),
    }),
  }
}
