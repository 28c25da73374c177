import type {LoadCluster} from './scenario.js'

/** How pods make a load of which the scenario does not say more. */
export const loadClusterDefaults: LoadCluster = {
  runners: 2,
  image: 'grafana/k6:2.1.0',
  pullPolicy: 'IfNotPresent',
  args: [],
  readyWithinMs: 120_000,
  separate: false,
  nodeSelector: {},
}
