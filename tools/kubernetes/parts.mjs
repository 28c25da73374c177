import {join} from 'node:path'
import {kubeconfigOf} from './configs.mjs'
import {pair} from './keys.mjs'
import {address, etcdPort, inside, node, podRange, serviceRange} from './settings.mjs'

/** `{name: value}` as `--name=value`. */
const flags = (values) => Object.entries(values).map(([name, value]) => `--${name}=${value}`)

const etcdFlags = () => ({
  'data-dir': inside('etcd'),
  'listen-client-urls': `http://127.0.0.1:${etcdPort}`,
  'advertise-client-urls': `http://127.0.0.1:${etcdPort}`,
  'listen-peer-urls': `http://127.0.0.1:${etcdPort + 1}`,
  'initial-advertise-peer-urls': `http://127.0.0.1:${etcdPort + 1}`,
  'initial-cluster': `default=http://127.0.0.1:${etcdPort + 1}`,
})

const serviceAccountKey = () => inside('keys', 'service-account.key')

const apiServerFlags = () => ({
  'bind-address': address,
  'advertise-address': address,
  'etcd-servers': `http://127.0.0.1:${etcdPort}`,
  'service-cluster-ip-range': serviceRange,
  'authorization-mode': 'Node,RBAC',
  'enable-admission-plugins': 'NodeRestriction',
  'allow-privileged': true,
  'service-account-issuer': 'https://kubernetes.default.svc',
  'service-account-key-file': serviceAccountKey(),
  'service-account-signing-key-file': serviceAccountKey(),
  'tls-cert-file': pair('apiserver').certificate,
  'tls-private-key-file': pair('apiserver').key,
  'client-ca-file': pair('cluster-ca').certificate,
  'kubelet-client-certificate': pair('admin').certificate,
  'kubelet-client-key': pair('admin').key,
  'kubelet-certificate-authority': pair('cluster-ca').certificate,
  'kubelet-preferred-address-types': 'InternalIP',
})

/** How the API server passes calls on to metrics.k8s.io. */
const aggregationFlags = () => ({
  'requestheader-client-ca-file': pair('front-proxy-ca').certificate,
  'requestheader-allowed-names': 'front-proxy-client',
  'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
  'requestheader-group-headers': 'X-Remote-Group',
  'requestheader-username-headers': 'X-Remote-User',
  'proxy-client-cert-file': pair('front-proxy').certificate,
  'proxy-client-key-file': pair('front-proxy').key,
  'enable-aggregator-routing': true,
})

/* At the default of 20 calls a second the service account `default`, without which no pod starts, comes 5 s
   later. The autoscaler's periods are cut so that a test need not wait minutes for it. */
const controllerManagerFlags = () => ({
  kubeconfig: kubeconfigOf('controller-manager'),
  'authentication-kubeconfig': kubeconfigOf('controller-manager'),
  'authorization-kubeconfig': kubeconfigOf('controller-manager'),
  'service-account-private-key-file': serviceAccountKey(),
  'root-ca-file': pair('cluster-ca').certificate,
  'allocate-node-cidrs': false,
  'use-service-account-credentials': true,
  // Else it makes a folder under /usr.
  'flex-volume-plugin-dir': inside('volume-plugins'),
  'leader-elect': false,
  'bind-address': '127.0.0.1',
  'kube-api-qps': 300,
  'kube-api-burst': 600,
  'horizontal-pod-autoscaler-sync-period': '3s',
  'horizontal-pod-autoscaler-downscale-stabilization': '10s',
  'horizontal-pod-autoscaler-cpu-initialization-period': '5s',
  'horizontal-pod-autoscaler-initial-readiness-delay': '1s',
})

const schedulerFlags = () => ({
  kubeconfig: kubeconfigOf('scheduler'),
  'authentication-kubeconfig': kubeconfigOf('scheduler'),
  'authorization-kubeconfig': kubeconfigOf('scheduler'),
  'leader-elect': false,
  'bind-address': '127.0.0.1',
  'kube-api-qps': 300,
  'kube-api-burst': 600,
})

/* No bind address for the proxy: it would become the node's, and NodePorts would no longer answer on loopback. */
const proxyFlags = () => ({
  kubeconfig: kubeconfigOf('proxy'),
  'proxy-mode': 'iptables',
  'hostname-override': node,
  'conntrack-max-per-core': 0,
  'cluster-cidr': podRange,
  'healthz-bind-address': '127.0.0.1:10256',
  'metrics-bind-address': '127.0.0.1:10249',
})

const kubeletFlags = () => ({
  config: inside('configs', 'kubelet.json'),
  kubeconfig: kubeconfigOf('kubelet'),
  'hostname-override': node,
  'node-ip': address,
  'root-dir': inside('kubelet'),
})

const helper = (name) => [process.execPath, [join(import.meta.dirname, name, 'main.mjs')]]

/**
 * The command line of each part of the cluster, by name; `binaries` is the folder of the built ones.
 * Each part always starts with the same: one that a test killed comes back as it was.
 * @type {Record<string, (binaries: string) => [string, string[]]>}
 */
export const parts = {
  // The data is thrown away with the cluster: waiting for the disk buys nothing.
  etcd: () => ['etcd', [...flags(etcdFlags()), '--unsafe-no-fsync']],
  containerd: () => ['containerd', ['--config', inside('configs', 'containerd.toml')]],
  'kube-apiserver': (binaries) => [
    join(binaries, 'kube-apiserver'),
    flags({...apiServerFlags(), ...aggregationFlags()}),
  ],
  'kube-controller-manager': (binaries) => [
    join(binaries, 'kube-controller-manager'),
    flags(controllerManagerFlags()),
  ],
  'kube-scheduler': (binaries) => [join(binaries, 'kube-scheduler'), flags(schedulerFlags())],
  'metrics-server': () => helper('metrics-server'),
  'network-policy': () => helper('network-policy'),
  kubelet: (binaries) => [join(binaries, 'kubelet'), flags(kubeletFlags())],
  'kube-proxy': (binaries) => [join(binaries, 'kube-proxy'), flags(proxyFlags())],
  coredns: (binaries) => [join(binaries, 'coredns'), ['-conf', inside('configs', 'Corefile')]],
}
