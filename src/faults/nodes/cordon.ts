import type {ClusterNode} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import type {Json} from '../../system/json.js'
import {runLabel, runLabelKey} from '../../system/run-label.js'
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

const refuseForeign = ({name, labels}: ClusterNode, run: string): void => {
  const other = labels[runLabelKey]
  if (other === undefined || other === run) return
  throw new EnvironmentError(`Node ${name} is cordoned by run ${other}`, {
    hint: `Wait for that run. If it is dead: kubectl uncordon ${name} && kubectl label node ${name} ${runLabelKey}-`,
  })
}

/** The nodes as they are before the fault. Throws EnvironmentError when one is gone, or in the hands of another run. */
export const noteNodes = async (names: readonly string[], {cluster, runId}: World): Promise<Cordon> => {
  const all = await cluster().nodes()
  const run = runLabel(runId)
  const found = names.map((name) => {
    const node = all.find((one) => one.name === name)
    if (!node) throw new EnvironmentError(`Node ${name} is no longer in the cluster`)
    refuseForeign(node, run)
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

/** Takes the nodes from the scheduler. The label comes in the same call: what is ours can always be told. */
export const cordon = async ({nodes, run}: Cordon, {cluster}: World): Promise<void> => {
  for (const [name, uid] of Object.entries(nodes)) {
    // With its uid, the API server refuses when another node bears the name by now.
    const change = {metadata: {uid, labels: {[runLabelKey]: run}}, spec: {unschedulable: true}}
    await cluster().objects.patch('v1', 'Node', name, change)
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

/** All of ours at once, or those that are there after a moment: a call that cordoned one may still be on its way. */
const lookForOurs = async (asked: Cordon, world: World): Promise<ClusterNode[]> => {
  const untilMs = world.clock.now() + lateMs
  for (;;) {
    const ours = await persist(world, () => labelled(asked, world))
    if (ours.length === Object.keys(asked.nodes).length || world.clock.now() >= untilMs) return ours
    await world.clock.sleep(pollMs, world.signal)
  }
}

/**
 * Gives back the nodes that bear the run's label, and no other, and reads back that none does any more. One that somebody
 * else cordoned, before or meanwhile, bears no label of ours and is left so.
 */
export const uncordon = async (asked: Cordon, world: World): Promise<void> => {
  if (Object.keys(asked.nodes).length === 0) return
  const ours = await lookForOurs(asked, world)
  for (const node of ours) await persist(world, () => uncordonOne(node, world))
  const left = await persist(world, () => labelled(asked, world))
  if (left.length === 0) return
  throw new EnvironmentError(`Still cordoned by run ${asked.run}: ${left.map(({name}) => name).join(', ')}`)
}

/** What a person types to uncordon. */
export const uncordonRemedy = ({nodes, run}: Cordon): string =>
  Object.keys(nodes)
    .map((name) => `kubectl uncordon ${name} && kubectl label node ${name} ${runLabelKey}-`)
    .join('; ') || `nothing is cordoned by ${run}`
