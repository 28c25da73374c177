import {serviceNames, skus} from '../topology.js'
import {clusterProxies, controlPort, prometheusPort, servicePort, toxiproxyPort} from './names.js'

/** A service of the cluster, as a target file names it: reached through the API server. */
export interface ServiceAddress {
  service: string
  port: number
}

/** The deployment in a cluster as a target file of the CLI, which this package must not import. */
export interface ClusterTarget {
  name: string
  kubernetes: {context?: string; namespace: string}
  endpoints: {edge: string | ServiceAddress}
  toxiproxy: ServiceAddress
  control: ServiceAddress
  metrics: {prometheus: ServiceAddress}
  edges: Record<string, {proxy: string; probe: 'postgres' | {http: string}}>
  workloads: Record<string, {deployment: string}>
  data: {skus: string[]}
}

/** `edge`: the address at which the edge answers from outside; by port-forward when not given. */
export const describeClusterTarget = (
  kubernetes: ClusterTarget['kubernetes'],
  edge: string | undefined,
): ClusterTarget => ({
  name: 'reference',
  kubernetes,
  endpoints: {edge: edge ?? {service: 'edge', port: servicePort}},
  toxiproxy: {service: 'toxiproxy', port: toxiproxyPort},
  control: {service: 'control', port: controlPort},
  metrics: {prometheus: {service: 'prometheus', port: prometheusPort}},
  edges: Object.fromEntries(
    clusterProxies.map(({name, from, to, isDatabase}) => [
      `${from}->${to}`,
      {proxy: name, probe: isDatabase ? 'postgres' : {http: '/livez'}},
    ]),
  ),
  workloads: Object.fromEntries(serviceNames.map((name) => [name, {deployment: name}])),
  data: {skus: [...skus]},
})
