import type {Images} from './images.js'
import {clusterProxies, databasePort, labelsOf, type Manifest, servicePort, toxiproxyPort} from './names.js'
import {
  container,
  disruptionBudget,
  httpProbe,
  readonlyFile,
  resources,
  serviceBefore,
  singleDeployment,
} from './pods.js'

const name = 'toxiproxy'

/** Read when it starts: a Toxiproxy that was restarted has its proxies again, and no toxics. */
const proxies = clusterProxies.map(({name, to, port, isDatabase}) => ({
  name,
  listen: `0.0.0.0:${port}`,
  upstream: `${to}:${isDatabase ? databasePort : servicePort}`,
  enabled: true,
}))

/** Between every two services, and between services and databases. */
export const toxiproxyManifests = (images: Images): Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name, labels: labelsOf(name, 'proxy')},
    data: {'proxies.json': `${JSON.stringify(proxies, undefined, 2)}\n`},
  },
  serviceBefore(name, 'proxy', [
    {name: 'api', port: toxiproxyPort},
    ...clusterProxies.map(({name, port}) => ({name, port})),
  ]),
  singleDeployment(name, 'proxy', {
    containers: [
      container(name, images.toxiproxy, {
        args: ['-host=0.0.0.0', '-config=/etc/toxiproxy/proxies.json'],
        ports: [{name: 'api', containerPort: toxiproxyPort, protocol: 'TCP'}],
        resources: resources('60m', '32Mi', '256Mi'),
        readinessProbe: httpProbe('/version', toxiproxyPort, {periodSeconds: 1, timeoutSeconds: 3}),
        volumeMounts: [readonlyFile('proxies', '/etc/toxiproxy')],
      }),
    ],
    volumes: [{name: 'proxies', configMap: {name}}],
    graceSeconds: 2,
  }),
  disruptionBudget(name, 'proxy'),
]
