import {z} from 'zod'
import {rights} from '../clients/kubernetes/needed-rights.js'
import {UserError} from '../errors.js'
import type {WorkloadRef} from '../scenarios/kubernetes.js'
import {formatDuration} from '../scenarios/quantities.js'
import type {Target} from '../scenarios/target.js'
import {kubectlFor} from './cluster/by-hand.js'
import type {Fault} from './fault.js'
import {namesOfObject, objectOf} from './pods/aim-pods.js'
import {isThere} from './pods/choose-pods.js'
import {refuseProtected, refuseProtectedPods, refuseTooMuch} from './pods/guards.js'
import {readyWithin} from './pods/pod-options.js'
import {podsUndoLimitMs} from './pods/pods-inverse.js'
import {prepareScale, type ScaleInverse} from './pods/prepare-scale.js'
import {refuseSystem} from './pods/protection.js'
import {readyRemedy, untilReadyAgain} from './pods/ready-again.js'
import {observeScale} from './pods/scale-evidence.js'
import {isScalable, type Scalable, scaleBack, scaleRemedy, scaleTo} from './pods/scaling.js'
import {oneAtATime} from './pods/spoken-for.js'
import {scaleTaking} from './pods/takings.js'

interface Options {
  workload: string
  to: number
  'ready-within': number
}

/** Throws UserError where nobody sets a number of pods. */
const scalable = (ref: WorkloadRef): Scalable => {
  if (isScalable(ref)) return ref
  const why =
    ref.kind === 'selector' ? 'a selector has no number of pods' : 'a DaemonSet has one pod per node'
  throw new UserError(`It cannot be scaled: ${why}`, {
    hint: 'Name a Deployment, StatefulSet or ReplicaSet in the target file, or delete pods with `pod-delete`.',
  })
}

const refOf = ({workload}: Options, target: Target): Scalable => scalable(objectOf(workload, target))

/** Sets the number of pods of a workload, and back to what it was unless somebody else changed it meanwhile. */
export default {
  summary: 'Sets the number of pods of a workload in a cluster, and back to what it was.',
  example: 'scale: {workload: catalog, to: 1}',
  options: z.strictObject({
    workload: z.string().min(1).describe('The workload that is scaled, as the target names it.'),
    to: z.int().min(0).describe('Its number of pods while the fault lasts.'),
    ...readyWithin,
  }),

  aim(options, target) {
    const {workload, to} = options
    const {kind, name} = refOf(options, target)
    refuseSystem(target.kubernetes?.namespace ?? '')
    const pods = (target.workloads[workload]?.pods ?? []).filter(isThere)
    if (pods.length === to)
      throw new UserError(`Workload ${workload} has ${to} pods already: to scale it to ${to} changes nothing`)
    const taking = scaleTaking(workload, pods, pods.length, to)
    if (taking.taken > 0) refuseProtectedPods(pods)
    return {
      edges: [],
      replicas: [],
      pods: taking.taken,
      takes: taking.taken > 0 ? [taking] : [],
      workloads: namesOfObject(workload, target),
      holds: true,
      does: `scales ${kind.toLowerCase()} ${name} from ${pods.length} to ${to}`,
      undo: `scales it back and waits until it is ready, at most ${formatDuration(options['ready-within'])}`,
    }
  },

  rights(options, target) {
    const namespace = target.kubernetes?.namespace ?? 'default'
    const ref = refOf(options, target)
    return [
      ...rights.watchPods(namespace),
      ...rights.readWorkload(ref, namespace),
      ...rights.readOptOuts(ref, namespace),
      ...rights.scale(ref, namespace),
      ...rights.readAutoscalers(namespace),
    ]
  },

  async prepare({id, options}, world) {
    const ref = refOf(options, world.target)
    refuseSystem(world.cluster().namespace)
    await refuseProtected(ref, [], world)
    return await oneAtATime(world, async () => {
      const {inverse, taking} = await prepareScale(id, ref, options, world)
      refuseTooMuch([taking], world)
      world.blastRadius?.take(id, {pods: taking.taken})
      return inverse
    })
  },

  inject: (_fault, {scaling}, world) => scaleTo(scaling, world),

  observe: (fault, inverse, world, moment) => observeScale(fault, inverse, world, moment),

  release: ({scaling}, world) => scaleBack(scaling, world),

  async undo(inverse, world) {
    await scaleBack(inverse.scaling, world)
    await untilReadyAgain(inverse, world)
  },

  undoLimitMs: podsUndoLimitMs,

  remedy(inverse, target) {
    const kubectl = kubectlFor(target)
    return `${scaleRemedy(inverse.scaling, kubectl)}; ${readyRemedy(inverse, kubectl)}`
  },
} satisfies Fault<Options, ScaleInverse>
