import type {WorkloadState} from '../../clients/kubernetes/cluster.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import type {Aimed, Evidence, Moment, World} from '../fault.js'
import {isThere} from './choose-pods.js'
import {podsNowOf, refInWords} from './look-around.js'
import type {ScaleInverse} from './prepare-scale.js'
import {troublesOf} from './ready-again.js'

/** Pods come and go for so long before somebody says that they do not; the fault's end comes first. */
const patienceMs = 20_000
const spareMs = 1_500
const pollMs = 500

/** What the workload and its pods say about a scaling. */
export const scaleEvidence = (
  {scaling}: Pick<ScaleInverse, 'scaling'>,
  state: WorkloadState | undefined,
  pods: readonly Pod[],
): Evidence => {
  const {was, to} = scaling
  const there = pods.filter(isThere)
  const ready = there.filter((pod) => pod.ready).length
  const what = refInWords(scaling)
  const numbers = {asked: to, before: was, pods: there.length, ready}
  if (state?.uid !== scaling.uid)
    return {bit: 'no', observations: [`${what} is ${state ? 'another object' : 'gone'} by now`], numbers}
  if (state.desired !== to) {
    const observations = [`${what} was set to ${state.desired} by somebody else: no longer ${to}`]
    return {bit: 'no', observations, numbers}
  }
  const ending = pods.filter(({deleting}) => deleting).length
  const counts = `${what} is scaled from ${was} to ${to}: ${there.length} pods, ${ready} ready${ending > 0 ? `, ${ending} ending` : ''}`
  const isReached = there.length === to && (to < was || ready === to)
  const troubles = to < was ? '' : troublesOf(there)
  return {
    bit: isReached ? 'yes' : 'no',
    observations: [troubles === '' ? counts : `${counts}; ${troubles}`],
    numbers,
  }
}

/** Looks until the pods are as many as asked, or there is no time left for it. */
export const observeScale = async (
  {startMs, endMs}: Pick<Aimed<unknown>, 'startMs' | 'endMs'>,
  inverse: ScaleInverse,
  {clock, signal, cluster}: World,
  {earlier}: Moment,
): Promise<Evidence> => {
  const patience = earlier ? spareMs : Math.min(patienceMs, (endMs - startMs) / 2)
  const untilMs = clock.now() + patience
  for (;;) {
    const [state, pods] = await Promise.all([cluster().workload(inverse.ref), podsNowOf(inverse, {cluster})])
    const evidence = scaleEvidence(inverse, state, pods)
    // What somebody else set is not what is waited for.
    const isOurs = state?.uid === inverse.scaling.uid && state.desired === inverse.scaling.to
    if (evidence.bit === 'yes' || !isOurs || clock.now() >= untilMs) return evidence
    await clock.sleep(pollMs, signal)
  }
}
