import {z} from 'zod'
import {rights} from '../clients/kubernetes/needed-rights.js'
import {UserError} from '../errors.js'
import {duration} from '../scenarios/units.js'
import {clusterUndoLimitMs} from './cluster/persist.js'
import type {Fault} from './fault.js'
import {chooseNodes, type NodeOptions, nodeFaultOptions} from './nodes/choose-nodes.js'
import {type Cordon, cordon, uncordon, uncordonRemedy} from './nodes/cordon.js'
import {drainNodes} from './nodes/drain.js'
import {lookWhetherDrained} from './nodes/drained.js'
import {refuseForbidden, refuseProtectedWorkloads, sortByFate} from './nodes/evictable.js'
import {type ReadyBefore, readyIn, readyLimitMs, readyRemedy, untilReadyAgain} from './nodes/ready-again.js'
import {takeNodes, takingsOf} from './nodes/take-nodes.js'
import {eachOnce, podsKnown, podsNow} from './nodes/workload-pods.js'
import {refuseSeveralBudgets} from './pods/guards.js'
import {oneAtATime, withoutSpokenFor} from './pods/spoken-for.js'

interface Options extends NodeOptions {
  /** Milliseconds, whole seconds. */
  grace?: number | undefined
  'budgets-may-keep': boolean
}

interface Inverse extends Cordon {
  ready: ReadyBefore
  /** Uids of the pods that are to go, to their names. */
  pods: Record<string, string>
}

/** Before the fault ends, somebody must have time to look. */
const lookMs = 3_000

/** Cordons nodes and evicts the target's pods from them, as for maintenance. */
export default {
  summary: "Cordons nodes and evicts the target's pods from them, as for maintenance.",
  example: 'node-drain: {workload: gateway}',
  options: nodeFaultOptions({
    grace: duration
      .refine((ms) => ms % 1_000 === 0, {error: 'expected whole seconds: Kubernetes counts in those'})
      .optional()
      .describe('Time that each pod is given to end; by default its own `terminationGracePeriodSeconds`.'),
    'budgets-may-keep': z
      .boolean()
      .default(false)
      .describe(
        'Counts as done, too, when some pods have left and disruption budgets keep the others to the end.',
      ),
  }),

  aim(options, target, random) {
    const nodes = chooseNodes(options, target, random)
    const pods = podsKnown(target)
    const fates = sortByFate(eachOnce(pods), nodes)
    refuseForbidden(fates)
    const replicas = fates.evict.map(({name}) => name).sort()
    const takes = takingsOf(pods, fates.evict)
    const who = nodes.join(', ')
    if (replicas.length === 0) {
      throw new UserError(`No pod of target ${target.name} would leave ${who}: there is nothing to drain`, {
        hint: 'Choose a node where they run: `workload: NAME`. To take a node from the scheduler only: node-cordon.',
      })
    }
    return {
      edges: [],
      replicas,
      nodes,
      pods: replicas.length,
      takes,
      workloads: takes.map(({of}) => of.replace(/^workload /, '')),
      does: `cordons ${who} and evicts ${replicas.join(', ')}, as disruption budgets allow`,
      undo: 'uncordons what it cordoned, waits until all is ready again',
    }
  },

  rights: ({'budgets-may-keep': mayKeep}, {kubernetes, workloads}) => {
    const namespace = kubernetes?.namespace ?? 'default'
    const budgets = mayKeep ? rights.readBudgets(namespace) : []
    const refs = Object.values(workloads).flatMap(({object}) => object ?? [])
    const optOuts = refs.flatMap((ref) => rights.readOptOuts(ref, namespace))
    return [...rights.cordonNodes(), ...rights.evictPods(namespace), ...optOuts, ...budgets]
  },

  prepare: ({id, aim: {nodes = []}, options}, world) =>
    oneAtATime(world, async () => {
      const found = await podsNow(world)
      const pods = Object.fromEntries(
        Object.entries(found).map(([name, own]) => [name, withoutSpokenFor(own, id, world)]),
      )
      const fates = sortByFate(eachOnce(pods), nodes)
      refuseForbidden(fates)
      const victims = fates.evict
      await refuseProtectedWorkloads(pods, victims, world)
      await refuseSeveralBudgets(victims, world)
      const takes = takingsOf(pods, victims)
      const touched = new Set(takes.map(({of}) => of.replace(/^workload /, '')))
      const withoutRoom = options['without-room']
      return {
        ...(await takeNodes({id, nodes, withoutRoom, victims, takes}, world)),
        // Of a workload that loses nothing here, nobody knows whose doing it is that it is not ready.
        ready: readyIn(Object.fromEntries(Object.entries(found).filter(([name]) => touched.has(name)))),
        pods: Object.fromEntries(victims.map(({uid, name}) => [uid, name])),
      }
    }),

  async inject({aim: {nodes = []}, options: {grace}, startMs, endMs}, inverse, world) {
    await cordon(inverse, world)
    const graceSeconds = grace === undefined ? undefined : grace / 1_000
    const lastsMs = endMs - startMs
    const untilMs = world.clock.now() + Math.max(lastsMs / 2, lastsMs - lookMs)
    await drainNodes({nodes, graceSeconds, untilMs, uids: new Set(Object.keys(inverse.pods))}, world)
  },

  observe: ({options}, inverse, world) =>
    lookWhetherDrained(inverse, inverse.pods, options['budgets-may-keep'], world),

  release: (inverse, world) => uncordon(inverse, world),

  async undo(inverse, world) {
    await uncordon(inverse, world)
    await untilReadyAgain(inverse.ready, world)
  },

  undoLimitMs: () => clusterUndoLimitMs + readyLimitMs,

  remedy: (inverse, target) => `${uncordonRemedy(inverse, target)}; ${readyRemedy(inverse.ready, target)}`,
} satisfies Fault<Options, Inverse>
