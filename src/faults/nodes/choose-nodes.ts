import {z} from 'zod'
import {UserError} from '../../errors.js'
import type {KubernetesNode} from '../../scenarios/kubernetes.js'
import {orKnown} from '../../scenarios/suggest.js'
import type {Target} from '../../scenarios/target.js'
import type {Random} from '../../system/random.js'
import {refuseWithoutRoom, roomOption} from './room.js'
import {eachOnce, podsKnown} from './workload-pods.js'

/** Which nodes are hit. */
const nodeOptions = {
  node: z.string().min(1).optional().describe('This very node; by default the seed picks.'),
  label: z
    .string()
    .regex(/^[^\s=,!]+(=[^\s=,!]*)?$/, {error: 'expected "key=value", or "key" for any value'})
    .optional()
    .describe('Only nodes with this label: `key=value`, or `key` for any value.'),
  workload: z
    .string()
    .optional()
    .describe(
      "Only nodes on which pods of this workload run; by default those on which any of the target's do.",
    ),
  count: z.int().min(1).default(1).describe('How many nodes are hit.'),
  'without-room': roomOption,
}

export interface NodeOptions {
  node?: string | undefined
  label?: string | undefined
  workload?: string | undefined
  count: number
  'without-room': boolean
}

/** The schema of a fault on nodes: who is hit, with the fault's own options. */
export const nodeFaultOptions = <Own extends z.ZodRawShape>(own: Own) =>
  z.strictObject({...nodeOptions, ...own}).refine(
    (options) => {
      // What zod infers of shapes it does not know is opaque; each of these schemas has the keys of all.
      const {node, label, workload, count} = options as unknown as NodeOptions
      return node === undefined || (label === undefined && workload === undefined && count === 1)
    },
    {error: '`node` names the one node: leave "label", "workload" and "count" out', path: ['node']},
  )

/** The nodes on which pods of the target's workloads run, or of this one; throws UserError when there is no such workload. */
const busyNodes = (target: Target, workload: string | undefined): Set<string | undefined> => {
  const all = podsKnown(target)
  if (workload === undefined) return new Set(eachOnce(all).map(({node}) => node))
  const pods = all[workload]
  if (pods) return new Set(pods.map(({node}) => node))
  throw new UserError(
    `Target ${target.name} has no workload "${workload}"${orKnown(workload, Object.keys(all))}`,
  )
}

/** The cluster's nodes as they were looked at last; throws UserError when nobody could. */
const knownNodes = ({name, kubernetes}: Target): KubernetesNode[] => {
  if (!kubernetes) {
    throw new UserError(`Target ${name} is in no cluster, so it has no nodes`, {
      hint: 'Name one in the target file: `kubernetes: {context: …, namespace: …}`.',
    })
  }
  if (kubernetes.nodes) return kubernetes.nodes
  throw new UserError(`The nodes of the cluster of target ${name} are not known`, {
    hint: 'This account must be allowed to list nodes: `shakedown doctor --on kubernetes` prints the role it needs.',
  })
}

const hasLabel = ({labels}: KubernetesNode, wanted: string): boolean => {
  const [key = '', value] = wanted.split('=')
  return key in labels && (value === undefined || labels[key] === value)
}

/** Nodes that a fault may still take from the scheduler. */
const isOpen = ({ready, unschedulable}: KubernetesNode): boolean => ready && !unschedulable

const inWords = ({label, workload}: NodeOptions): string =>
  [
    ...(label === undefined ? [] : [`with label ${label}`]),
    workload === undefined ? 'with pods of the target' : `with pods of ${workload}`,
  ].join(' and ')

/**
 * The nodes that are hit: the one named, or as many as asked, picked by the seed from those that are open now. Throws
 * UserError when no other node would take pods, unless that is meant.
 */
export const chooseNodes = (options: NodeOptions, target: Target, random: Random): string[] => {
  const nodes = pickNodes(options, target, random)
  if (!options['without-room']) refuseWithoutRoom(nodesLeft(target, nodes), nodes)
  return nodes
}

const pickNodes = (options: NodeOptions, target: Target, random: Random): string[] => {
  const {node, label, workload, count} = options
  const nodes = knownNodes(target)
  const names = nodes.map(({name}) => name)
  if (node !== undefined) {
    if (names.includes(node)) return [node]
    throw new UserError(`The cluster has no node "${node}"${orKnown(node, names)}`)
  }
  const busy = busyNodes(target, workload)
  // Who names a label means those nodes, whatever runs there.
  const isMeant = (one: KubernetesNode): boolean =>
    (label === undefined || hasLabel(one, label)) &&
    (busy.has(one.name) || (label !== undefined && workload === undefined))
  const candidates = nodes.filter((one) => isOpen(one) && isMeant(one)).map(({name}) => name)
  if (candidates.length >= count) return random.pick(candidates.sort(), count).sort()
  const which = label !== undefined && workload === undefined ? `with label ${label}` : inWords(options)
  throw new UserError(`${candidates.length} ready nodes ${which} take pods now, not ${count}`, {
    hint: `Nodes of the cluster: ${nodes.map(nodeInWords).join(', ')}. Ask for fewer, or for others.`,
  })
}

const nodeInWords = ({name, ready, unschedulable}: KubernetesNode): string =>
  `${name}${ready ? '' : ' (not ready)'}${unschedulable ? ' (cordoned)' : ''}`

/** The nodes that new pods could be put on while these are taken. */
const nodesLeft = (target: Target, taken: readonly string[]): string[] =>
  knownNodes(target)
    .filter((node) => isOpen(node) && !taken.includes(node.name))
    .map(({name}) => name)
