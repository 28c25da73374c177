import {z} from 'zod'
import type {Right} from '../clients/kubernetes/cluster.js'
import {rights} from '../clients/kubernetes/needed-rights.js'
import {runLabel} from '../system/run-label.js'
import {clusterUndoLimitMs} from './cluster/persist.js'
import type {Fault} from './fault.js'
import {cutNetwork, type Plot, plotCut} from './network/cut.js'
import {lookAtCut} from './network/look-at-cut.js'
import {removeMade, removeRemedy} from './network/made-objects.js'
import {checkSide} from './network/side.js'

interface Options {
  to: string
  from?: string | undefined
  direction: 'ingress' | 'egress'
  probe: string | false
  port?: number | undefined
}

const probeRights = (namespace: string): Right[] => [
  ...['create', 'get', 'delete'].map((verb) => ({verb, group: '', resource: 'pods', namespace})),
  {verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace},
]

/** Cuts a workload off from another, or from all, by a NetworkPolicy. */
export default {
  summary: 'Cuts a workload off from another, or from all, by a NetworkPolicy.',
  example: 'network-cut: {from: gateway, to: order}',
  options: z
    .strictObject({
      to: z.string().describe('The workload that is no longer reached.'),
      from: z.string().optional().describe('Only by the pods of this workload; by default by nobody.'),
      direction: z
        .enum(['ingress', 'egress'])
        .default('ingress')
        .describe('`ingress` puts the policy at the pods of `to`, `egress` at those of `from`.'),
      probe: z
        .union([z.literal(false), z.string().min(1)])
        .default('busybox:1.37')
        .describe(
          'Image of the small pod that tries whether the cut is real; it needs `sh`, `nc` and `timeout`. With `false` nobody tries, and the run cannot be valid.',
        ),
      port: z
        .int()
        .min(1)
        .max(65_535)
        .optional()
        .describe('Port of the pods of `to` that the probe tries; by default the first that they declare.'),
    })
    .refine(({direction, from}) => direction === 'ingress' || from !== undefined, {
      error: '`direction: egress` needs `from`: whose way out is it?',
      path: ['from'],
    })
    .refine(({from, to}) => from !== to, {error: 'a workload cannot be cut off from itself', path: ['from']}),

  aim({to, from, direction}, target) {
    for (const name of from === undefined ? [to] : [to, from]) checkSide(name, target)
    const whom = from === undefined ? 'everybody' : from
    const where = direction === 'ingress' ? `at the pods of ${to}` : `at the pods of ${from}`
    return {
      edges: [],
      replicas: [],
      does: `cuts ${to} off from ${whom} (a NetworkPolicy ${where})`,
      undo: 'deletes the policy',
    }
  },

  rights: ({probe, to, from}, {kubernetes, workloads}) => {
    const namespace = kubernetes?.namespace ?? 'default'
    const refs = [to, from ?? to].flatMap((name) => workloads[name]?.object ?? [])
    const optOuts = refs.flatMap((ref) => rights.readOptOuts(ref, namespace))
    return [...optOuts, ...rights.cutNetwork(namespace), ...(probe === false ? [] : probeRights(namespace))]
  },

  rehearsed: true,

  prepare: ({id, options, startMs, endMs}, world) =>
    plotCut({...options, id, run: runLabel(world.runId), lastsMs: endMs - startMs}, world),

  inject: (_fault, inverse, world) => cutNetwork(inverse, world),

  observe: (_fault, inverse, world) => lookAtCut(inverse, world),

  undo: ({made, run}, world) => removeMade(made, run, world),

  undoLimitMs: () => clusterUndoLimitMs,

  remedy: ({made}, target) => removeRemedy(made, target),
} satisfies Fault<Options, Plot>
