import {rights} from '../clients/kubernetes/needed-rights.js'
import {clusterUndoLimitMs} from './cluster/persist.js'
import type {Fault} from './fault.js'
import {chooseNodes, type NodeOptions, nodeFaultOptions} from './nodes/choose-nodes.js'
import {type Cordon, cordon, uncordon, uncordonRemedy} from './nodes/cordon.js'
import {lookAtNodes} from './nodes/look-at-nodes.js'
import {takeNodes} from './nodes/take-nodes.js'

/** Takes nodes from the scheduler: what runs there goes on, new pods go elsewhere. */
export default {
  summary: 'Takes nodes from the scheduler: what runs there goes on, new pods go elsewhere.',
  example: 'node-cordon: {workload: gateway}',
  options: nodeFaultOptions({}),

  aim(options, target, random) {
    const nodes = chooseNodes(options, target, random)
    return {
      edges: [],
      replicas: [],
      nodes,
      does: `cordons ${nodes.join(', ')}`,
      undo: 'uncordons what it cordoned',
    }
  },

  rights: () => rights.cordonNodes(),

  prepare: ({id, aim: {nodes = []}, options}, world) =>
    takeNodes({id, nodes, withoutRoom: options['without-room']}, world),

  inject: (_fault, inverse, world) => cordon(inverse, world),

  observe: (_fault, inverse, world) => lookAtNodes(inverse, world),

  undo: (inverse, world) => uncordon(inverse, world),

  undoLimitMs: () => clusterUndoLimitMs,

  remedy: uncordonRemedy,
} satisfies Fault<NodeOptions, Cordon>
