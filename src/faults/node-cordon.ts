import {z} from 'zod'
import {rights} from '../clients/kubernetes/needed-rights.js'
import {clusterUndoLimitMs} from './cluster/persist.js'
import type {Fault} from './fault.js'
import {
  chooseNodes,
  type NodeOptions,
  namesNodesOnce,
  namesNodesOnceError,
  nodeOptions,
  nodesLeft,
} from './nodes/choose-nodes.js'
import {type Cordon, cordon, noteNodes, uncordon, uncordonRemedy} from './nodes/cordon.js'
import {lookAtNodes} from './nodes/look-at-nodes.js'
import {refuseWithoutRoom, roomOption} from './nodes/room.js'
import {takeNow} from './nodes/take-nodes.js'

interface Options extends NodeOptions {
  'without-room': boolean
}

/** Takes nodes from the scheduler: what runs there goes on, new pods go elsewhere. */
export default {
  summary: 'Takes nodes from the scheduler: what runs there goes on, new pods go elsewhere.',
  example: 'node-cordon: {workload: gateway}',
  options: z
    .strictObject({...nodeOptions, 'without-room': roomOption})
    .refine(namesNodesOnce, {error: namesNodesOnceError, path: ['node']}),

  aim(options, target, random) {
    const nodes = chooseNodes(options, target, random)
    if (!options['without-room']) refuseWithoutRoom(nodesLeft(target, nodes), nodes)
    return {
      edges: [],
      replicas: [],
      nodes,
      does: `cordons ${nodes.join(', ')}`,
      undo: 'uncordons what it cordoned',
    }
  },

  rights: () => rights.cordonNodes(),

  prepare: ({aim}, world) => noteNodes(aim.nodes ?? [], world),

  async inject({id, aim: {nodes = []}}, inverse, world) {
    takeNow(id, {nodes: nodes.length}, world)
    await cordon(inverse, world)
  },

  observe: (_fault, inverse, world) => lookAtNodes(inverse, world),

  undo: (inverse, world) => uncordon(inverse, world),

  undoLimitMs: () => clusterUndoLimitMs,

  remedy: (inverse) => uncordonRemedy(inverse),
} satisfies Fault<Options, Cordon>
