import {memoryName} from '../control/switch-memory.js'
import {accountManifests} from './accounts.js'
import type {Images} from './images.js'
import {controlPort, labelsOf, type Manifest} from './names.js'
import {container, disruptionBudget, httpProbe, resources, serviceBefore, singleDeployment} from './pods.js'

const name = 'control'

/** Serves the switches of all pods, and those that are objects of the cluster; these rights are for nothing else. */
export const controlManifests = (images: Images, namespace: string): Manifest[] => [
  ...accountManifests(name, 'control', namespace, [
    {apiGroups: [''], resources: ['pods'], verbs: ['list']},
    {apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list']},
    {apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['patch']},
    {apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list', 'patch']},
    {apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list', 'patch']},
    {apiGroups: [''], resources: ['configmaps'], resourceNames: [memoryName], verbs: ['get', 'patch']},
  ]),
  // What is set is kept there, by the control pod: nothing is said here of what is in it.
  {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: memoryName, labels: labelsOf(name, 'control')}},
  serviceBefore(name, 'control', [{name: 'http', port: controlPort}]),
  singleDeployment(name, 'control', {
    account: name,
    containers: [
      container(name, images.reference, {
        command: ['node', '--max-old-space-size=64', '/app/dist/control/main.js'],
        env: [
          {
            name: 'NODE_EXTRA_CA_CERTS',
            value: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
          },
        ],
        ports: [{name: 'http', containerPort: controlPort, protocol: 'TCP'}],
        resources: resources('10m', '64Mi', '192Mi'),
        readinessProbe: httpProbe('/healthz', controlPort, {periodSeconds: 1, timeoutSeconds: 3}),
      }),
    ],
    graceSeconds: 2,
  }),
  disruptionBudget(name, 'control'),
]
