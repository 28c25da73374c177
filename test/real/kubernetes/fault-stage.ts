import type {Aimed, Evidence, World} from '../../../src/faults/fault.js'
import {loadFaults} from '../../../src/faults/index.js'
import type {PlannedFault} from '../../../src/plan/plan.js'
import {openWorld} from '../../../src/run/open-world.js'
import type {Target, Workload} from '../../../src/scenarios/target.js'
import {systemClock} from '../../../src/system/clock.js'
import type {Json} from '../../../src/system/json.js'
import {seededRandom} from '../../../src/system/random.js'
import type {Stage} from './stage.js'

/** A target in the stage's namespace with these Deployments as workloads, looked at now by the account that ships. */
export const targetOf = async (
  {kubeconfig, context, namespace, account}: Stage,
  deployments: readonly string[],
): Promise<Target> => {
  const workloads = await Promise.all(
    deployments.map(async (name): Promise<[string, Workload]> => {
      const pods = await account.pods(`app=${name}`)
      return [name, {replicas: pods.map((pod) => pod.name), pods, object: {kind: 'Deployment', name}}]
    }),
  )
  // Without rights on nodes a run knows none.
  const [pods, nodes] = await Promise.all([account.pods(), account.nodes().catch(() => undefined)])
  return {
    name: namespace,
    endpoints: {},
    edges: {},
    workloads: Object.fromEntries(workloads),
    kubernetes: {kubeconfig, context, namespace, pods, ...(nodes && {nodes})},
    metrics: {kind: 'scrape', intervalMs: 1_000, targets: []},
    data: {},
  }
}

const faults = await loadFaults()

/** One fault by hand, from its aim to its undo, as a run would call it. */
export const faultOf = (
  name: string,
  asked: Json,
  target: Target,
  {
    runId = '20261122-020304-nodes-1a2b',
    lastsMs = 30_000,
    seed = 1,
    ...extra
  }: Partial<World> & {lastsMs?: number; seed?: number} = {},
) => {
  const fault = faults[name]
  if (!fault) throw new Error(`no ${name}`)
  const notes: string[] = []
  const options = fault.options.parse(asked)
  const world: World = {
    ...openWorld(target, runId, systemClock, new AbortController().signal),
    note: (message) => notes.push(message),
    ...extra,
  }
  const aim = fault.aim(options, target, seededRandom(seed), lastsMs)
  const planned: PlannedFault = {id: 'f1', fault: name, options, startMs: 0, endMs: lastsMs, aim}
  // As the run does: the options were parsed just above.
  const aimed = planned as Aimed<Json>
  return {
    aim,
    notes,
    world,
    prepare: (): Promise<Json> => fault.prepare(aimed, world),
    inject: (inverse: Json): Promise<void> => fault.inject(aimed, inverse, world),
    observe: (inverse: Json): Promise<Evidence> => fault.observe(aimed, inverse, world, {level: 1}),
    undo: (inverse: Json): Promise<void> => fault.undo(inverse, world),
    remedy: (inverse: Json): string => fault.remedy(inverse, target),
  }
}
