import type {ClusterNode} from '../../clients/kubernetes/cluster.js'
import {isConflict} from '../../clients/kubernetes/errors.js'
import {EnvironmentError} from '../../errors.js'
import {isRecord} from '../../scenarios/shapes.js'
import type {Target} from '../../scenarios/target.js'
import type {Json} from '../../system/json.js'
import {runLabel, runLabelKey} from '../../system/run-label.js'
import {kubectlFor} from '../cluster/by-hand.js'
import {persist} from '../cluster/persist.js'
import type {World} from '../fault.js'

/** What undo needs to know of nodes that were cordoned; data, for the journal. */
export interface Cordon {
  [key: string]: Json
  /** Names to uids: those that took pods before. */
  nodes: Record<string, string>
  /** Of those asked for, the ones that took no pods before: they are left so. */
  before: string[]
  /** What our nodes are labelled with while they are cordoned. */
  run: string
}

/** A call of a killed process may land this much later. */
const lateMs = 1_500
const pollMs = 300

/** A node changes all the time (its kubelet reports): so often it is tried again. */
const tries = 5
const goneLimitMs = 10_000

const refuseForeign = (name: string, labels: Readonly<Record<string, string>>, run: string): void => {
  const other = labels[runLabelKey]
  if (other === undefined || other === run) return
  throw new EnvironmentError(`Node ${name} is cordoned by run ${other}`, {
    hint: `Wait for that run. If it is dead: kubectl uncordon ${name} && kubectl label node ${name} ${runLabelKey}-`,
  })
}

/** The nodes as they are before the fault. Throws EnvironmentError when one is gone, or in the hands of another run. */
export const noteNodes = (
  names: readonly string[],
  all: readonly ClusterNode[],
  {runId}: Pick<World, 'runId'>,
): Cordon => {
  const run = runLabel(runId)
  const found = names.map((name) => {
    const node = all.find((one) => one.name === name)
    if (!node) throw new EnvironmentError(`Node ${name} is no longer in the cluster`)
    refuseForeign(name, node.labels, run)
    return node
  })
  return {
    nodes: Object.fromEntries(
      found.filter(({unschedulable}) => !unschedulable).map(({name, uid}) => [name, uid]),
    ),
    before: found.filter(({unschedulable}) => unschedulable).map(({name}) => name),
    run,
  }
}

/** One try, of the node as it is now; whether it is ours. Throws EnvironmentError when somebody else was quicker. */
const cordonOnce = async (name: string, uid: string, run: string, {cluster}: World): Promise<void> => {
  const {objects} = cluster()
  const found = await objects.read('v1', 'Node', name)
  if (found?.metadata.uid !== uid) throw new EnvironmentError(`Node ${name} is no longer in the cluster`)
  const {labels = {}, resourceVersion} = found.metadata
  refuseForeign(name, labels, run)
  const isCordoned = isRecord(found['spec']) && found['spec']['unschedulable'] === true
  // Our own call, whose answer was lost, may be why.
  if (isCordoned && labels[runLabelKey] === run) return
  if (isCordoned)
    throw new EnvironmentError(`Somebody else cordoned node ${name} just now: it is left alone`, {
      hint: 'Who does maintenance there? Run again when it is over.',
    })
  // With uid and version the API server refuses when another node bears the name by now, or somebody changed it. The label
  // comes in the same call: what is ours can always be told.
  const version = typeof resourceVersion === 'string' ? {resourceVersion} : {}
  const change = {metadata: {uid, ...version, labels: {[runLabelKey]: run}}, spec: {unschedulable: true}}
  await objects.patch('v1', 'Node', name, change)
}

/** Takes the nodes from the scheduler, those that nobody else has taken meanwhile. */
export const cordon = async ({nodes, run}: Cordon, world: World): Promise<void> => {
  for (const [name, uid] of Object.entries(nodes)) {
    for (let left = tries; ; left--) {
      try {
        await cordonOnce(name, uid, run, world)
        break
      } catch (cause) {
        if (left <= 1 || !isConflict(cause)) throw cause
      }
    }
  }
}

/** The nodes of a cordon that still bear its label. */
const labelled = async ({nodes, run}: Cordon, {cluster}: World): Promise<ClusterNode[]> =>
  (await cluster().nodes()).filter(
    ({name, uid, labels}) => nodes[name] === uid && labels[runLabelKey] === run,
  )

const uncordonOne = async ({name, uid, unschedulable}: ClusterNode, world: World): Promise<void> => {
  const change = {metadata: {uid, labels: {[runLabelKey]: null}}, spec: {unschedulable: null}}
  await world.cluster().objects.patch('v1', 'Node', name, change)
  if (!unschedulable) world.note?.(`node ${name} was uncordoned by somebody else meanwhile`)
}

/** Those that bore the label and were given back; a failure looks at all of them anew. */
const uncordonOurs = async (asked: Cordon, world: World): Promise<string[]> => {
  const ours = await labelled(asked, world)
  for (const node of ours) await uncordonOne(node, world)
  return ours.map(({name}) => name)
}

/**
 * Gives back the nodes that bear the run's label, and no other, and reads back that none does any more; a call that cordons
 * one may still be on its way, so it looks for a moment. One that somebody else cordoned, before or meanwhile, bears no
 * label of ours and is left so.
 */
export const uncordon = async (asked: Cordon, world: World): Promise<void> => {
  const all = Object.keys(asked.nodes).length
  if (all === 0) return
  const {clock, signal} = world
  // An API server that was away until now has had no time to take anything.
  let answeredMs: number | undefined
  const given = new Set<string>()
  for (;;) {
    const ours = await persist(world, () => uncordonOurs(asked, world))
    answeredMs ??= clock.now()
    for (const name of ours) given.add(name)
    const passedMs = clock.now() - answeredMs
    if (ours.length === 0 && (given.size === all || passedMs >= lateMs)) return
    if (passedMs >= goneLimitMs)
      throw new EnvironmentError(`Cordoned by run ${asked.run} again and again: ${ours.join(', ')}`)
    await clock.sleep(ours.length > 0 ? 0 : pollMs, signal)
  }
}

/** What a person types to uncordon. */
export const uncordonRemedy = ({nodes, run}: Cordon, target: Target): string => {
  const kubectl = kubectlFor(target)
  return (
    Object.keys(nodes)
      .map((name) => `${kubectl} uncordon ${name} && ${kubectl} label node ${name} ${runLabelKey}-`)
      .join('; ') || `nothing is cordoned by ${run}`
  )
}
