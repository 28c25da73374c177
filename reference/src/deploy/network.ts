import {databaseNames, serviceNames} from '../topology.js'
import {
  type Component,
  clusterProxies,
  commonLabels,
  controlPort,
  databasePort,
  labelsOf,
  type Manifest,
  prometheusPort,
  selectorOf,
  servicePort,
  toxiproxyPort,
} from './names.js'

interface Ingress {
  /** Anybody when not given. */
  from?: unknown[]
  ports: {port: number; protocol: 'TCP'}[]
}

const part = (name: string) => ({podSelector: selectorOf(name)})
/** Pods that run experiments from inside the cluster. */
const experimenters = {podSelector: {matchLabels: {'shakedown.dev/experimenter': 'true'}}}

const allow = (port: number, ...from: unknown[]): Ingress => ({
  ...(from.length > 0 ? {from} : {}),
  ports: [{port, protocol: 'TCP'}],
})

const policy = (name: string, component: Component, ...ingress: Ingress[]): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {name, labels: labelsOf(name, component)},
  spec: {podSelector: selectorOf(name), policyTypes: ['Ingress'], ingress},
})

const nobody: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {name: 'nobody-unless-allowed', labels: commonLabels},
  spec: {podSelector: {}, policyTypes: ['Ingress']},
}

/** What comes through a port-forward or from the kubelet's probes comes from the node, which no policy stops. */
export const networkManifests = (): Manifest[] => [
  nobody,
  ...serviceNames.map((service) =>
    service === 'edge'
      ? policy(service, 'service', allow(servicePort))
      : policy(
          service,
          'service',
          allow(servicePort, part('toxiproxy'), part('prometheus'), part('control')),
        ),
  ),
  ...databaseNames.map((name) => policy(name, 'database', allow(databasePort, part('toxiproxy')))),
  policy(
    'toxiproxy',
    'proxy',
    ...clusterProxies.map(({from, port}) => allow(port, part(from))),
    allow(toxiproxyPort, experimenters),
  ),
  policy('prometheus', 'metrics', allow(prometheusPort, experimenters)),
  policy('control', 'control', allow(controlPort, experimenters, ...serviceNames.map(part))),
]
