import {EnvironmentError, UserError} from '../../errors.js'
import type {Aimed, Fault, World} from '../../faults/fault.js'
import {objectOf} from '../../faults/pods/aim-pods.js'
import {isThere} from '../../faults/pods/choose-pods.js'
import {isScalable, noteScale} from '../../faults/pods/scaling.js'
import type {PlannedFault} from '../../plan/plan.js'
import type {ReplicaCounts} from '../../scenarios/replica-flags.js'
import type {Target} from '../../scenarios/target.js'
import type {Json} from '../../system/json.js'
import {seededRandom} from '../../system/random.js'
import type {UndoStack} from '../undo/undo-stack.js'
import {heldForMs} from './held-for.js'

/** Pods get so long to be ready before the first trial, and after the last one. */
const sizeReady = {text: '3m', ms: 180_000}
const pollMs = 1_000

/** So many pods of a workload in a cluster, and the change that makes them so many; none where they are already. */
export interface PlannedSize {
  workload: string
  count: number
  change?: PlannedFault
}

/** Plans the sizes that were asked for. Throws UserError for a workload that is not there, or that nobody can scale. */
export const planSizes = (counts: ReplicaCounts, target: Target, fault: Fault): PlannedSize[] =>
  Object.entries(counts).map(([workload, count], index) => {
    const ref = objectOf(workload, target)
    const there = (target.workloads[workload]?.pods ?? []).filter(isThere).length
    if (isScalable(ref) && there === count) return {workload, count}
    const options = fault.options.parse({workload, to: count, 'ready-within': sizeReady.text})
    const aim = fault.aim(options, target, seededRandom(0), heldForMs)
    const planned = {id: `size${index + 1}`, fault: 'scale', options, startMs: 0, endMs: heldForMs, aim}
    return {workload, count, change: planned}
  })

/** Nothing is to be changed; but an autoscaler would do it while trials are made. */
const checkLeftAlone = async ({workload, count}: PlannedSize, world: World): Promise<void> => {
  const ref = objectOf(workload, world.target)
  if (!isScalable(ref)) return
  const {was} = await noteScale(ref, () => count, world)
  if (was === count) return
  throw new UserError(`Workload ${workload} is to have ${was} pods by now, not ${count}`, {
    hint: 'Somebody scales it just now: search again when that is over.',
  })
}

/**
 * Makes a workload as large as planned, journalled first like any fault, and waits until its pods are ready. What was made
 * stays until the stack takes it back. Throws UserError when a guard refuses it, EnvironmentError when the pods do not get
 * ready in time.
 */
export const holdSize = async (
  size: PlannedSize,
  fault: Fault,
  {world, undo}: {world: World; undo: Pick<UndoStack, 'intend'>},
): Promise<void> => {
  const {workload, count, change} = size
  if (change === undefined) return await checkLeftAlone(size, world)
  // Its options were parsed above, by this fault's own schema.
  const aimed = change as Aimed<Json>
  const inverse = await fault.prepare(aimed, world)
  await undo.intend({id: change.id, name: change.fault, fault, inverse})
  world.signal.throwIfAborted()
  await fault.inject(aimed, inverse, world)
  const untilMs = world.clock.now() + sizeReady.ms
  const earlier = {bit: 'unknown' as const, observations: [], numbers: {}}
  for (;;) {
    const {bit, observations} = await fault.observe(aimed, inverse, world, {level: 1, earlier})
    if (bit === 'yes') return
    if (world.clock.now() >= untilMs) {
      throw new EnvironmentError(
        `Workload ${workload} has no ${count} ready pods after ${sizeReady.text}: ${observations.join('; ')}`,
        {hint: 'Is there room for them, and can their image be pulled? kubectl describe pods tells.'},
      )
    }
    await world.clock.sleep(pollMs, world.signal)
  }
}
