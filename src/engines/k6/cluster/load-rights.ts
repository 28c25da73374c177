import type {Right} from '../../../clients/kubernetes/cluster.js'
import {rights} from '../../../clients/kubernetes/needed-rights.js'
import type {Scenario} from '../../../scenarios/scenario.js'
import type {Target} from '../../../scenarios/target.js'
import {showsCertificate} from './pod-tls.js'

/** What load from pods takes, in the target's namespace or its own; nothing for a load that is made here. */
export const loadRights = (scenario: Scenario, {kubernetes}: Pick<Target, 'kubernetes'>): Right[] => {
  const {on, engine, cluster} = scenario.load
  const namespace = cluster?.namespace ?? kubernetes?.namespace
  const byOperator = engine === 'k6-operator'
  if (namespace === undefined || !(byOperator || on === 'kubernetes')) return []
  return [
    ...(byOperator ? rights.makeTestRun(namespace) : rights.makeLoad(namespace)),
    ...(showsCertificate({scenario}) ? rights.makeSecrets(namespace) : []),
  ]
}
