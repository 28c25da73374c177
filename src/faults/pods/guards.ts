import type {DisruptionBudget} from '../../clients/kubernetes/cluster.js'
import {isForbidden} from '../../clients/kubernetes/errors.js'
import {UserError} from '../../errors.js'
import {counted, defaultShare, shareHint, takesTooMuch} from '../../plan/blast-radius.js'
import type {Taking} from '../../plan/plan.js'
import type {Pod, WorkloadRef} from '../../scenarios/kubernetes.js'
import {selects} from '../../scenarios/label-selector.js'
import {isRecord} from '../../scenarios/shapes.js'
import type {World} from '../fault.js'
import {namesOf} from './aim-pods.js'
import {optsOut, protectAnnotation} from './protection.js'

/** Throws UserError when a workload would lose more of its pods than the scenario allows. */
export const refuseTooMuch = (takings: readonly Taking[], {blastRadius}: World): void => {
  for (const taking of takings) {
    const why = takesTooMuch(taking, blastRadius?.shareOfWorkload ?? defaultShare)
    if (why !== undefined) throw new UserError(`Refused: ${why}`, {hint: shareHint})
  }
}

/** What the budget would not allow, in a sentence; pods that are not ready are no disruption. */
export const overBudget = (
  budgets: readonly DisruptionBudget[],
  victims: readonly Pod[],
  atOnce: number,
): string | undefined => {
  for (const {name, selector, disruptionsAllowed} of budgets) {
    const hit = victims.filter(({ready, labels}) => ready && selects(selector, labels))
    const taken = Math.min(atOnce, hit.length)
    if (taken > disruptionsAllowed)
      return `disruption budget ${name} allows ${counted(disruptionsAllowed, 'disruption')} now, not ${taken}: ${namesOf(hit)}`
  }
  return undefined
}

/** Throws UserError when one of the pods has several budgets: the API server never evicts such a pod, whatever they allow. */
export const refuseSeveralBudgets = async (victims: readonly Pod[], {cluster}: World): Promise<void> => {
  const budgets = await ifReadable(() => cluster().budgets())
  for (const {name, labels} of victims) {
    const own = (budgets ?? []).filter(({selector}) => selects(selector, labels)).map((budget) => budget.name)
    if (own.length < 2) continue
    throw new UserError(
      `Refused: pod ${name} has ${own.length} disruption budgets, ${own.join(' and ')}, and the API server evicts no pod that has more than one`,
      {
        hint: 'Have one budget select it (kubectl get pdb shows them), or leave `evict` out: a deletion respects each of them.',
      },
    )
  }
}

/** Throws UserError when a disruption budget does not allow what is about to happen. */
export const refuseOverBudget = async (
  victims: readonly Pod[],
  atOnce: number,
  {cluster}: World,
): Promise<void> => {
  const why = overBudget(await cluster().budgets(), victims, atOnce)
  if (why === undefined) return
  throw new UserError(`Refused: ${why}`, {
    hint: 'Wait until more of its pods are ready (kubectl get pdb), hit fewer, or say `evict: true`, which asks again until it may; `force: true` deletes all the same.',
  })
}

/** What it asks for; undefined where this account may not read it. An API server that fails is no answer. */
const ifReadable = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read()
  } catch (cause) {
    if (isForbidden(cause)) return undefined
    throw cause
  }
}

/** Of another kind, a pod does not tell the group: its own annotation must do. */
const versions: Record<string, string> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Job: 'batch/v1',
  ReplicationController: 'v1',
}

/** What may carry the annotation beside the pods themselves: the namespace, the workload, their controllers. */
const owners = (ref: WorkloadRef, victims: readonly Pod[]): {kind: string; name: string}[] => {
  if (ref.kind !== 'selector') return [ref]
  const all = victims.flatMap(({controller}) => (controller ? [controller] : []))
  return [...new Map(all.map((one) => [one.uid, one])).values()]
}

const optedOut = (who: string): UserError =>
  new UserError(`${who} opts out by annotation ${protectAnnotation}: "true"`, {
    hint: 'Choose another, or take the annotation away if that is yours to decide.',
  })

/** Throws UserError when one of the pods opts out, where nobody can leave it out: what is done is done to all of them. */
export const refuseProtectedPods = (pods: readonly Pod[]): void => {
  const kept = pods.find(({annotations}) => optsOut(annotations))
  if (kept) throw optedOut(`Pod ${kept.name}`)
}

/** Throws UserError when the workload or the namespace opts out, as far as this account may read them. */
export const refuseProtected = async (
  ref: WorkloadRef,
  victims: readonly Pod[],
  {cluster}: World,
): Promise<void> => {
  const {objects, namespace} = cluster()
  const asked = owners(ref, victims).map(({kind, name}) => ({kind, name, version: versions[kind]}))
  for (const {version, kind, name} of [{version: 'v1', kind: 'Namespace', name: namespace}, ...asked]) {
    if (version === undefined) continue
    const found = await ifReadable(() => objects.read(version, kind, name))
    const annotations = found?.metadata['annotations']
    if (isRecord(annotations) && optsOut(annotations)) throw optedOut(`${kind} ${name}`)
  }
}
