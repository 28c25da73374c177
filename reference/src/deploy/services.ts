import type {ServiceConfig, ServiceName} from '../contract.js'
import {replicaCounts} from '../topology.js'
import type {Images} from './images.js'
import {clusterProxies, controlPort, labelsOf, type Manifest, selectorOf, servicePort} from './names.js'
import {container, disruptionBudget, httpProbe, podTemplate, resources, serviceBefore} from './pods.js'

/** kube-proxy takes a pod out within a second or so of its end; the health checks of our services ask every 500 ms. */
const noticeMs = 2500
/** Notice, 2 s for requests in flight, and some for the machine. */
const graceSeconds = 15

/** Also their share of a busy machine: what every request passes needs more than what few do. */
const cpuOf: Record<ServiceName, string> = {
  edge: '100m',
  gateway: '60m',
  catalog: '50m',
  order: '60m',
  inventory: '50m',
  payment: '50m',
  psp: '30m',
}

const configOf = (service: ServiceName, seed: number): ServiceConfig => {
  const upstreams: ServiceConfig['upstreams'] = {}
  const proxies = clusterProxies.filter(({from}) => from === service)
  for (const {to, port, isDatabase} of proxies) {
    // What is no database is a service.
    if (!isDatabase) upstreams[to as ServiceName] = [{replica: to, url: `http://toxiproxy:${port}`}]
  }
  const database = proxies.find(({isDatabase}) => isDatabase)
  // The kubelet puts in the values of $(…), which are variables of the same container.
  const databaseUrl = `postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@toxiproxy:${database?.port}/postgres`
  return {
    service,
    replica: '$(POD_NAME)',
    port: servicePort,
    host: '0.0.0.0',
    noticeMs,
    controlUrl: `http://control:${controlPort}`,
    upstreams,
    ...(database ? {databaseUrl} : {}),
    switches: {},
    seed,
  }
}

const secret = (name: string, key: string) => ({name, valueFrom: {secretKeyRef: {name: 'database', key}}})

const environmentOf = (service: ServiceName, seed: number) => {
  const config = configOf(service, seed)
  return [
    {name: 'POD_NAME', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}},
    ...(config.databaseUrl ? [secret('DATABASE_USER', 'user'), secret('DATABASE_PASSWORD', 'password')] : []),
    {name: 'SHAKEDOWN_SERVICE_CONFIG', value: JSON.stringify(config)},
  ]
}

const serviceContainer = (service: ServiceName, images: Images, seed: number) =>
  container(service, images.reference, {
    command: ['node', '--max-old-space-size=96', '/app/dist/services/main.js'],
    env: environmentOf(service, seed),
    ports: [{name: 'http', containerPort: servicePort, protocol: 'TCP'}],
    resources: resources(cpuOf[service], '80Mi', '256Mi'),
    // Patient: on a busy machine a pod must not be taken out for being slow once.
    readinessProbe: httpProbe('/readyz', servicePort, {
      periodSeconds: 1,
      timeoutSeconds: 3,
      failureThreshold: 3,
    }),
    livenessProbe: httpProbe('/livez', servicePort, {
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    }),
    // Asks the service to say that it leaves, and waits until its callers had time to notice.
    lifecycle: {preStop: {httpGet: {path: '/__ref/leave', port: servicePort}}},
  })

const deploymentOf = (service: ServiceName, images: Images, seed: number): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: service, labels: labelsOf(service, 'service')},
  spec: {
    replicas: replicaCounts[service],
    revisionHistoryLimit: 1,
    strategy: {type: 'RollingUpdate', rollingUpdate: {maxUnavailable: 0, maxSurge: 1}},
    selector: selectorOf(service),
    template: podTemplate(service, 'service', {
      containers: [serviceContainer(service, images, seed)],
      graceSeconds,
    }),
  },
})

const least = replicaCounts.gateway
const most = 4

/** The gateways carry every request: more of them come when one uses more than 0.6 of a processor. */
const gatewayAutoscaler: Manifest = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: {
    name: 'gateway',
    labels: labelsOf('gateway', 'service'),
    // The control API goes back to these when it has held the number of gateways for a while.
    annotations: {
      'shakedown.dev/min-replicas': String(least),
      'shakedown.dev/max-replicas': String(most),
    },
  },
  spec: {
    scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'gateway'},
    minReplicas: least,
    maxReplicas: most,
    metrics: [
      {type: 'Resource', resource: {name: 'cpu', target: {type: 'AverageValue', averageValue: '600m'}}},
    ],
  },
}

/** All objects of one service. */
export const serviceManifests = (service: ServiceName, images: Images, seed: number): Manifest[] => [
  // Customers come in at the edge, from outside of the cluster.
  serviceBefore(
    service,
    'service',
    [{name: 'http', port: servicePort}],
    service === 'edge' ? 'NodePort' : 'ClusterIP',
  ),
  deploymentOf(service, images, seed),
  disruptionBudget(service, 'service'),
  ...(service === 'gateway' ? [gatewayAutoscaler] : []),
]
