import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** Everything the cluster keeps lies in this folder: throwing it away throws the cluster away. */
export const folder = process.env.SHAKEDOWN_TEST_CLUSTER ?? join(tmpdir(), 'shakedown-test-cluster')

/** A path inside the cluster's folder. */
export const inside = (...parts) => join(folder, ...parts)

/** Says that the folder is a test cluster's, which may be thrown away. */
export const marker = inside('is-a-test-cluster')

/** The cgroup its pods' cgroups are in, from the root: a second cluster on this machine needs one of its own. */
export const cgroup = process.env.SHAKEDOWN_TEST_CGROUP ?? '/'

export const kubeconfig = inside('admin.kubeconfig')
export const socket = inside('containerd.sock')

export const bridge = 'kc0'
/** The bridge's address: the API server, the node, DNS and the helpers answer here, to the host and to pods. */
export const address = '10.88.0.1'
export const podRange = '10.88.0.0/16'
export const firstPodAddress = '10.88.0.10'
export const serviceRange = '10.96.0.0/16'
export const apiServiceAddress = '10.96.0.1'
export const dnsServiceAddress = '10.96.0.10'
export const domain = 'cluster.local'

export const apiServer = `https://${address}:6443`
export const node = 'node1'
export const metricsPort = 4443
export const etcdPort = 23790
