import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {pair} from './keys.mjs'
import {
  address,
  apiServer,
  bridge,
  cgroup,
  dnsServiceAddress,
  domain,
  firstPodAddress,
  inside,
  kubeconfig,
  podRange,
  socket,
} from './settings.mjs'

const encoded = (path) => readFileSync(path).toString('base64')

/** Where a part's kubeconfig lies. */
export const kubeconfigOf = (part) =>
  part === 'admin' ? kubeconfig : inside('configs', `${part}.kubeconfig`)

const writeKubeconfig = (part) => {
  const {certificate, key} = pair(part)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'shakedown-test',
        cluster: {
          server: apiServer,
          'certificate-authority-data': encoded(pair('cluster-ca').certificate),
        },
      },
    ],
    users: [
      {name: part, user: {'client-certificate-data': encoded(certificate), 'client-key-data': encoded(key)}},
    ],
    contexts: [
      {name: 'shakedown-test', context: {cluster: 'shakedown-test', user: part, namespace: 'default'}},
    ],
    'current-context': 'shakedown-test',
  }
  writeFileSync(kubeconfigOf(part), `${JSON.stringify(config, null, 2)}\n`, {mode: 0o600})
}

/* restrict_oom_score_adj: without it a container's start fails where the score may not be lowered.
   netns_mounts_under_state_dir: the pods' network namespaces end with the folder. */
const containerd = () => `version = 2
root = "${inside('containerd')}"
state = "${inside('run')}"
[grpc]
  address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${inside('opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${inside('configs', 'cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
`

const cni = () => ({
  cniVersion: '0.4.0',
  name: 'shakedown-test',
  plugins: [
    {
      type: 'bridge',
      bridge,
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: inside('addresses'),
        ranges: [[{subnet: podRange, rangeStart: firstPodAddress, gateway: address}]],
        routes: [{dst: '0.0.0.0/0'}],
      },
    },
  ],
})

/* Nothing of the host is the cluster's business: its disk, its swap, its firewall chains and its resolver. */
const kubelet = () => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address,
  containerRuntimeEndpoint: `unix://${socket}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroup,
  failCgroupV1: false,
  failSwapOn: false,
  makeIPTablesUtilChains: false,
  localStorageCapacityIsolation: false,
  evictionHard: {'memory.available': '10Mi', 'nodefs.available': '0%', 'imagefs.available': '0%'},
  imageGCHighThresholdPercent: 100,
  clusterDNS: [dnsServiceAddress],
  clusterDomain: domain,
  podLogsDir: inside('pod-logs'),
  volumePluginDir: inside('volume-plugins'),
  resolvConf: inside('configs', 'resolv.conf'),
  maxPods: 250,
  registryPullQPS: 0,
  tlsCertFile: pair('kubelet').certificate,
  tlsPrivateKeyFile: pair('kubelet').key,
  authentication: {
    anonymous: {enabled: false},
    webhook: {enabled: true},
    x509: {clientCAFile: pair('cluster-ca').certificate},
  },
  authorization: {mode: 'Webhook'},
})

const corefile = () => `.:53 {
  bind ${address}
  errors
  ready ${address}:8181
  kubernetes ${domain} in-addr.arpa {
    kubeconfig ${kubeconfigOf('admin')}
    ttl 5
  }
}
`

/** Writes the configuration of every part into the cluster's folder; the keys must be there. */
export const writeConfigs = () => {
  for (const name of ['configs/cni', 'pod-logs', 'volume-plugins']) mkdirSync(inside(name), {recursive: true})
  for (const part of ['admin', 'kubelet', 'controller-manager', 'scheduler', 'proxy']) writeKubeconfig(part)
  writeFileSync(inside('configs', 'containerd.toml'), containerd())
  writeFileSync(inside('configs', 'cni', '10-bridge.conflist'), JSON.stringify(cni(), null, 2))
  writeFileSync(inside('configs', 'kubelet.json'), JSON.stringify(kubelet(), null, 2))
  writeFileSync(inside('configs', 'resolv.conf'), 'nameserver 127.0.0.1\n')
  writeFileSync(inside('configs', 'Corefile'), corefile())
}
