import {address, dnsServiceAddress} from './settings.mjs'

const ports = ['UDP', 'TCP'].map((protocol) => ({name: protocol.toLowerCase(), port: 53, protocol}))

/** The Service pods ask for names. It has no selector: CoreDNS runs beside the node, not on it. */
export const dnsObjects = () => [
  [
    '/api/v1/namespaces/kube-system/services',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'kube-dns', namespace: 'kube-system'},
      spec: {clusterIP: dnsServiceAddress, ports},
    },
  ],
  [
    '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices',
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'kube-dns',
        namespace: 'kube-system',
        labels: {'kubernetes.io/service-name': 'kube-dns'},
      },
      addressType: 'IPv4',
      endpoints: [{addresses: [address], conditions: {ready: true}}],
      ports: ports.map(({name, port, protocol}) => ({name, port, protocol})),
    },
  ],
]
