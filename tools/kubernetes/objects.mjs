import {address, dnsServiceAddress, metricsPort} from './settings.mjs'

/** A Service without selector, and the slice that says where it really is: beside the node, not on it. */
const besideNode = (name, spec, ports) => [
  [
    '/api/v1/namespaces/kube-system/services',
    {apiVersion: 'v1', kind: 'Service', metadata: {name, namespace: 'kube-system'}, spec},
  ],
  [
    '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices',
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {name, namespace: 'kube-system', labels: {'kubernetes.io/service-name': name}},
      addressType: 'IPv4',
      endpoints: [{addresses: [address], conditions: {ready: true}}],
      ports,
    },
  ],
]

const dnsPorts = ['UDP', 'TCP'].map((protocol) => ({name: protocol.toLowerCase(), port: 53, protocol}))

/** The Service pods ask for names. */
const dns = () => besideNode('kube-dns', {clusterIP: dnsServiceAddress, ports: dnsPorts}, dnsPorts)

/** Where the API server passes on what it is asked about metrics. */
const metrics = () => [
  ...besideNode(
    'metrics-server',
    {ports: [{name: 'https', port: 443, targetPort: metricsPort, protocol: 'TCP'}]},
    [{name: 'https', port: metricsPort, protocol: 'TCP'}],
  ),
  [
    '/apis/apiregistration.k8s.io/v1/apiservices',
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: {name: 'v1beta1.metrics.k8s.io'},
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: {name: 'metrics-server', namespace: 'kube-system', port: 443},
      },
    },
  ],
]

/** The objects the cluster begins with, each with the path of its kind. */
export const firstObjects = () => [...dns(), ...metrics()]
