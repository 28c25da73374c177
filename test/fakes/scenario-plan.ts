import {UserError} from '../../src/errors.js'
import type {AimFault} from '../../src/plan/plan.js'
import {parseScenario} from '../../src/scenarios/load.js'
import type {Scenario} from '../../src/scenarios/scenario.js'
import {isRecord} from '../../src/scenarios/shapes.js'
import type {Target} from '../../src/scenarios/target.js'
import {vocabulary} from './scenario-vocabulary.js'

export const shop: Target = {
  name: 'shop',
  endpoints: {edge: 'http://127.0.0.1:1', admin: 'http://127.0.0.1:2'},
  toxiproxy: {url: 'http://127.0.0.1:3'},
  edges: {'order->payment': {proxies: ['payment'], probe: {kind: 'tcp'}}},
  workloads: {catalog: {replicas: ['catalog-1', 'catalog-2', 'catalog-3', 'catalog-4']}},
  metrics: {kind: 'prometheus', url: 'http://127.0.0.1:4'},
  data: {skus: ['A', 'B']},
}

/** A small scenario, with lines put in place of some of its own. */
export const scenarioWith = (changes: Record<string, string> = {}): Scenario => {
  const lines = {
    name: 'name: small',
    target: 'target: reference',
    load: 'load: {profile: {constant: 10/s}, requests: [{name: browse, get: /products}]}',
    phases: 'phases: {warm-up: 2s, baseline: 10s, fault: 20s, recovery: 10s}',
    objectives: 'objectives: [{name: one, good: g, total: t, target: 99%}]',
    ...changes,
  }
  return parseScenario('small.yaml', Object.values(lines).join('\n'), vocabulary).scenario
}

/** Aims at the edge that the options name, or at one replica of the workload that they name. */
export const aim: AimFault = (fault, options, target, random) => {
  const {edge, workload, delay} = isRecord(options) ? options : {}
  if (typeof edge === 'string') {
    return {
      edges: [edge],
      replicas: [],
      does: `${fault} of ${delay} ms on ${edge}`,
      undo: 'removes the toxic',
    }
  }
  if (typeof workload !== 'string') return {edges: [], replicas: [], does: 'stops all', undo: 'starts all'}
  const found = target.workloads[workload]
  if (!found) throw new UserError(`there is no workload "${workload}"`, {hint: 'Workloads are: catalog.'})
  const replicas = random.pick(found.replicas, 1)
  return {edges: [], replicas, does: fault, undo: 'waits until it is ready'}
}
