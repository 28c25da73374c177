import type {BlastLimits, Scenario} from '../scenarios/scenario.js'
import {inForceAtStartOf} from './in-force.js'
import type {Plan, PlannedFault, Taking} from './plan.js'

/** At most this share of a workload, unless the scenario says otherwise. */
export const defaultShare = 0.5

/** `1 pod`, `3 pods`. */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const inPercent = (share: number): string => `${Number((share * 100).toPrecision(6))}%`

/** Floating point must not lose a pod: 0.29 × 100 is 28.999999999999996. */
const wholeOf = (share: number, all: number): number => Math.floor(Number((share * all).toPrecision(12)))

/** So many pods of a workload may be down at once: rounded down, but one where another one stays. */
export const mayBeDown = ({pods, ready}: Pick<Taking, 'pods' | 'ready'>, share: number): number =>
  Math.max(wholeOf(share, pods), ready > 1 ? 1 : 0)

/**
 * Why a fault may not take so much from a workload, in a sentence; undefined when it may. What is not ready already counts
 * as down. Pods of which none is ready serve nobody: of them, only how many there are counts.
 */
export const takesTooMuch = (taking: Taking, share: number): string | undefined => {
  const {of, pods, ready, taken, takenReady} = taking
  if (share >= 1) return undefined
  if (takenReady > 0 && takenReady >= ready) {
    const which = ready === 1 ? 'the last ready pod' : `all ${ready} ready pods`
    return `it would take ${which} of ${of}`
  }
  const allowed = mayBeDown(taking, share)
  const most = `at most ${allowed} of its ${counted(pods, 'pod')} may be down at once (${inPercent(share)})`
  if (taken > allowed) return `it would take ${taken} of the ${counted(pods, 'pod')} of ${of}: ${most}`
  const down = pods - ready
  if (takenReady > 0 && down + takenReady > allowed)
    return `it would take ${takenReady} of ${of}, of which ${down} ${down === 1 ? 'is' : 'are'} not ready already: ${most}`
  return undefined
}

/** What to do about `takesTooMuch`. */
export const shareHint =
  'Hit fewer, or one after the other (`at:` and `for:`); or allow it in the scenario: `blast-radius: {share-of-workload: 100%}`.'

/** Pods and nodes that all faults together hit; a pod that two of them hit counts twice, for it is another one then. */
const reachOf = (faults: readonly PlannedFault[]): {pods: number; nodes: number} => ({
  pods: faults.reduce((sum, {aim}) => sum + (aim.pods ?? 0), 0),
  nodes: faults.reduce((sum, {aim}) => sum + (aim.nodes?.length ?? 0), 0),
})

/** What of a plan says how far it reaches. */
export interface Reaching {
  scenario: Plan['scenario']
  faults: readonly PlannedFault[]
}

/** How far the run may reach: as its scenario says, else no further than its plan. */
export const limitsOf = ({scenario, faults}: Reaching): Required<BlastLimits> => ({
  shareOfWorkload: defaultShare,
  ...reachOf(faults),
  ...scenario.blastRadius,
})

/** What faults that are in force at one moment take from one workload: each its own pods, as far as there are any. */
const sumOf = (of: string, takings: readonly Taking[]): Taking => {
  const sum = (count: (one: Taking) => number): number => takings.reduce((all, one) => all + count(one), 0)
  const pods = Math.max(...takings.map((one) => one.pods))
  const ready = Math.max(...takings.map((one) => one.ready))
  const taken = Math.min(
    pods,
    sum((one) => one.taken),
  )
  const takenReady = Math.min(
    ready,
    sum((one) => one.takenReady),
  )
  return {of, pods, ready, taken, takenReady}
}

/** Why a fault takes too much together with those that are in force when it begins, one sentence for each workload. */
const tooMuchTogether = (later: PlannedFault, faults: readonly PlannedFault[], share: number): string[] => {
  const others = inForceAtStartOf(later, faults)
  return (later.aim.takes ?? []).flatMap((own) => {
    const sharing = others.flatMap(({id, fault, aim}) =>
      (aim.takes ?? []).filter(({of}) => of === own.of).map((taking) => ({who: `${id} ${fault}`, taking})),
    )
    if (sharing.length === 0) return []
    const why = takesTooMuch(sumOf(own.of, [own, ...sharing.map(({taking}) => taking)]), share)
    const alone = [own, ...sharing.map(({taking}) => taking)].some((one) => takesTooMuch(one, share))
    // What one of them does wrong by itself is told of that one.
    if (why === undefined || alone) return []
    const who = [...sharing.map((one) => one.who), `${later.id} ${later.fault}`].join(' and ')
    return [`${who} together: ${why}`]
  })
}

/** What the plan reaches beyond what its scenario allows, one sentence each. */
export const beyondBlastRadius = (scenario: Scenario, faults: readonly PlannedFault[]): string[] => {
  const {pods, nodes, shareOfWorkload} = limitsOf({scenario, faults})
  const reach = reachOf(faults)
  return [
    ...faults.flatMap(({id, fault, aim}) =>
      (aim.takes ?? []).flatMap((taking) => {
        const why = takesTooMuch(taking, shareOfWorkload)
        return why === undefined ? [] : [`${id} ${fault}: ${why}`]
      }),
    ),
    ...faults.flatMap((later) => tooMuchTogether(later, faults, shareOfWorkload)),
    ...(reach.pods > pods
      ? [`blast-radius: the faults hit ${counted(reach.pods, 'pod')}, and at most ${pods} are allowed`]
      : []),
    ...(reach.nodes > nodes
      ? [`blast-radius: the faults hit ${counted(reach.nodes, 'node')}, and at most ${nodes} are allowed`]
      : []),
  ]
}

/** How far the plan reaches, for the dry run; nothing when it touches no cluster. */
export const blastRadiusInWords = (plan: Plan): string[] => {
  const {pods, nodes} = reachOf(plan.faults)
  const namespace = plan.target.kubernetes?.namespace
  if (namespace === undefined || pods + nodes === 0) return []
  const limits = limitsOf(plan)
  const share =
    limits.shareOfWorkload >= 1
      ? 'all pods of a workload may be down at once'
      : `at most ${inPercent(limits.shareOfWorkload)} of a workload down at once`
  return [
    `${counted(pods, 'pod')} in namespace ${namespace}, ${counted(nodes, 'node')}`,
    `at most ${counted(limits.pods, 'pod')} and ${counted(limits.nodes, 'node')}, counted again when each fault begins; ${share}`,
  ]
}
