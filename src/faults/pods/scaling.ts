import {EnvironmentError, UserError} from '../../errors.js'
import type {WorkloadRef} from '../../scenarios/kubernetes.js'
import {isRecord} from '../../scenarios/shapes.js'
import {runLabel} from '../../system/run-label.js'
import {persist} from '../cluster/persist.js'
import type {World} from '../fault.js'
import {refInWords, stateOf} from './look-around.js'

/** A workload object whose replicas can be set. */
export type Scalable = {kind: 'Deployment' | 'StatefulSet' | 'ReplicaSet'; name: string}

export const isScalable = (ref: WorkloadRef): ref is Scalable =>
  ref.kind !== 'selector' && ref.kind !== 'DaemonSet'

/** A change of replicas; data, for the journal. */
export type Scaling = {
  kind: Scalable['kind']
  name: string
  /** Another object of the same name is none of ours. */
  uid: string
  was: number
  to: number
}

/** Somebody may scale at the same moment, and every change of status is a new version: so often it is tried again. */
const tries = 5
/** A call of a killed process may land this much later. */
const lateMs = 1_500

/** Throws UserError when an autoscaler owns the replicas: it would undo the fault, and its own work would be undone. */
const refuseAutoscaled = async (ref: Scalable, {cluster, note}: World): Promise<void> => {
  let all: Awaited<ReturnType<ReturnType<World['cluster']>['objects']['list']>>
  try {
    all = await cluster().objects.list('autoscaling/v2', 'HorizontalPodAutoscaler')
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause
    note?.(`whether an autoscaler scales ${refInWords(ref)} is not known: ${cause.message}`)
    return
  }
  const owner = all.find(({spec}) => {
    const goal = isRecord(spec) ? spec['scaleTargetRef'] : undefined
    return isRecord(goal) && goal['kind'] === ref.kind && goal['name'] === ref.name
  })
  if (owner === undefined) return
  throw new UserError(`HorizontalPodAutoscaler ${owner.metadata.name} scales ${refInWords(ref)}`, {
    hint: 'It would take back what the fault does, and undo what it does itself. Delete pods with `pod-delete`, or take the autoscaler away for the experiment.',
  })
}

/** What the replicas are, for undo; refuses what an autoscaler owns. `to` is told what they were. */
export const noteScale = async (
  {kind, name}: Scalable,
  to: (was: number) => number,
  world: World,
): Promise<Scaling> => {
  await refuseAutoscaled({kind, name}, world)
  const {uid, desired: was = 0} = await stateOf({kind, name}, world)
  return {kind, name, uid, was, to: to(was)}
}

const changedBy = ({kind, name, was}: Scaling, found: number): EnvironmentError =>
  new EnvironmentError(
    `Somebody else set the replicas of ${refInWords({kind, name})} to ${found} just now (${was} before): left alone`,
    {hint: 'Is there a rollout, an autoscaler or a second experiment? Run again when it is over.'},
  )

/** Sets the replicas, if they are still what was noted, and leaves word of it with the object. Throws EnvironmentError when somebody else changed them. */
export const scaleTo = async (scaling: Scaling, world: World): Promise<void> => {
  const {kind, name, uid, was, to} = scaling
  for (let left = tries; left > 0; left--) {
    const now = await stateOf({kind, name}, world)
    if (now.uid !== uid) throw new EnvironmentError(`${refInWords({kind, name})} is another object by now`)
    if (now.desired === to) return
    if (now.desired !== was) throw changedBy(scaling, now.desired ?? 0)
    const by = {run: runLabel(world.runId), was}
    if ((await world.cluster().setScale({kind, name}, to, now.resourceVersion, by)) === 'set') return
  }
  throw new EnvironmentError(`${refInWords({kind, name})} changes too fast to be scaled`, {
    hint: `Who changes it? kubectl describe ${kind.toLowerCase()} ${name} tells.`,
  })
}

/** One try; whether it is over. Only what is still as the fault set it is set back. */
const backOnce = async (
  {kind, name, uid, was, to}: Scaling,
  world: World,
): Promise<'back' | 'was' | 'again'> => {
  const {note} = world
  const what = refInWords({kind, name})
  const now = await world.cluster().workload({kind, name})
  if (now?.uid !== uid) {
    note?.(`${what} is ${now ? 'another object' : 'gone'} by now: nothing to scale back`)
    return 'back'
  }
  if (now.desired === was) return 'was'
  if (now.desired !== to) {
    note?.(
      `${what} was set to ${now.desired} by somebody else (from ${was}, then ${to} by the fault): left alone`,
    )
    return 'back'
  }
  return (await world.cluster().setScale({kind, name}, was, now.resourceVersion)) === 'set' ? 'back' : 'again'
}

/** Sets the replicas back to what they were, unless somebody changed them meanwhile, or the object is another one. */
export const scaleBack = async (scaling: Scaling, world: World): Promise<void> => {
  // An API server that was away until now has had no time to take anything.
  let answeredMs: number | undefined
  for (;;) {
    const done = await persist(world, () => backOnce(scaling, world))
    if (done === 'back') return
    answeredMs ??= world.clock.now()
    // Untouched so far: the call that would touch it may still be on its way.
    if (done === 'was' && world.clock.now() - answeredMs >= lateMs) return
    await world.clock.sleep(done === 'was' ? 500 : 50, world.signal)
  }
}

/** What a person types to set it back. */
export const scaleRemedy = ({kind, name, was}: Scaling, kubectl: string): string =>
  `${kubectl} scale ${kind.toLowerCase()}/${name} --replicas=${was}`
