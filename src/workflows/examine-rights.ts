import type {Cluster, Right} from '../clients/kubernetes/cluster.js'
import {clusterAt} from '../clients/kubernetes/connect.js'
import {eachOnce, rightInWords} from '../clients/kubernetes/needed-rights.js'
import {rolesFor, yamlOf} from '../clients/kubernetes/roles.js'
import {loadRights} from '../engines/k6/cluster/load-rights.js'
import {UserError} from '../errors.js'
import type {Fault} from '../faults/fault.js'
import {loadFaults} from '../faults/index.js'
import {loadScenario} from '../scenarios/load.js'
import {loadTarget} from '../scenarios/load-target.js'
import type {Scenario} from '../scenarios/scenario.js'
import type {Target} from '../scenarios/target.js'
import type {Json} from '../system/json.js'
import {targetRights} from '../targets/kubernetes/rights.js'
import type {Finding} from './finding.js'
import {loadVocabulary} from './vocabulary.js'

/** What an account may and may not do of what it needs. */
export interface RightsExamined {
  findings: Finding[]
  /** Roles that would give what is missing, as YAML; empty when nothing is. */
  yaml: string
}

const faultRights = ({faults}: Scenario, target: Target, loaded: Record<string, Fault>): Right[] =>
  // Options were parsed by each fault's own schema when the scenario was read.
  faults.flatMap(({fault, options}) => loaded[fault]?.rights?.(options as Json, target) ?? [])

/** Everything that these scenarios need on this target; with none, what a target needs by itself. */
const rightsNeeded = async (paths: readonly string[], target: Target): Promise<Right[]> => {
  const vocabulary = await loadVocabulary()
  const loaded = await loadFaults()
  const all = targetRights(target)
  for (const path of paths) {
    const {scenario} = await loadScenario(path, vocabulary)
    all.push(...faultRights(scenario, target, loaded), ...loadRights(scenario, target))
  }
  return eachOnce(all)
}

/** Asks the API server for each right (SelfSubjectAccessReview); says which are missing, and the roles that give them. */
const examineRights = async (wanted: readonly Right[], cluster: Cluster): Promise<RightsExamined> => {
  const answers = await cluster.review(wanted)
  const findings = answers.map(
    ({right, allowed}): Finding => ({
      name: 'right',
      state: allowed ? 'ok' : 'missing',
      message: rightInWords(right),
    }),
  )
  const missing = answers.flatMap(({right, allowed}) => (allowed ? [] : [right]))
  const account = {name: 'shakedown', namespace: cluster.namespace}
  return {findings, yaml: yamlOf(rolesFor(missing, account))}
}

/** What a person asked about a cluster. */
export interface ClusterExamination {
  /** The target file that names it. */
  target: string
  /** Another context of the kubeconfig than the target's. */
  context?: string | undefined
  scenarios: readonly string[]
}

/** Whether the cluster of a target answers, and whether the account may do there what the scenarios do. */
export const examineCluster = async (
  {target: path, context, scenarios}: ClusterExamination,
  signal: AbortSignal,
): Promise<RightsExamined> => {
  const target = await loadTarget(path)
  if (!target.kubernetes) {
    throw new UserError(`Target ${path} is in no cluster`, {
      hint: 'Say which one in the target file: `kubernetes: {namespace: shop}`.',
    })
  }
  const at = {...target.kubernetes, ...(context === undefined ? {} : {context})}
  const wanted = await rightsNeeded(scenarios, target)
  const cluster = clusterAt(at, signal)
  await cluster.checkNamespace()
  const {findings, yaml} = await examineRights(wanted, cluster)
  return {findings: [{name: 'cluster', state: 'ok', message: cluster.where}, ...findings], yaml}
}
