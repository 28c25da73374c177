const version = 'metrics.k8s.io/v1beta1'

const resource = (name, kind, namespaced) => ({
  name,
  singularName: '',
  namespaced,
  kind,
  verbs: ['get', 'list'],
})

/** What the group consists of, as clients ask before anything else. */
export const discovery = {
  '/apis/metrics.k8s.io': {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: 'metrics.k8s.io',
    versions: [{groupVersion: version, version: 'v1beta1'}],
    preferredVersion: {groupVersion: version, version: 'v1beta1'},
  },
  '/apis/metrics.k8s.io/v1beta1': {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: version,
    resources: [resource('nodes', 'NodeMetrics', false), resource('pods', 'PodMetrics', true)],
  },
}

const quantities = ({cores, sample}) => ({
  cpu: `${Math.round(cores * 1e9)}n`,
  memory: `${Math.round(sample.memory / 1024)}Ki`,
})

const times = ({sample, seconds}) => ({
  timestamp: new Date(sample.at).toISOString().replace(/\.\d+Z$/, 'Z'),
  window: `${seconds.toFixed(3)}s`,
})

const known = (used) => [...used.values()].filter(({cores}) => cores !== undefined)

/** The metrics of one node, or nothing while they are not known. */
export const nodeMetrics = (used, name) => {
  const node = known(used).find(({sample}) => sample.pod === undefined)
  if (!node) return undefined
  return {kind: 'NodeMetrics', apiVersion: version, metadata: {name}, ...times(node), usage: quantities(node)}
}

/** The metrics of a pod, or nothing while one of its containers has not been read twice. */
export const podMetrics = (used, {metadata, spec}) => {
  const ofPod = ({sample}) => sample.pod === metadata.name && sample.namespace === metadata.namespace
  const containers = known(used).filter(ofPod)
  if (containers.length < spec.containers.length) return undefined
  const {name, namespace, labels} = metadata
  return {
    kind: 'PodMetrics',
    apiVersion: version,
    metadata: {name, namespace, labels},
    ...times(containers[0]),
    containers: containers.map((one) => ({name: one.sample.container, usage: quantities(one)})),
  }
}

/** Many of a kind as one list. */
export const listOf = (kind, items) => ({
  kind: `${kind}List`,
  apiVersion: version,
  metadata: {},
  items: items.filter((item) => item !== undefined),
})
