import type {WorkloadRef} from '../../scenarios/kubernetes.js'
import type {Right} from './cluster.js'

const inGroup = (group: string, resource: string, subresource?: string) => ({
  group,
  resource,
  ...(subresource === undefined ? {} : {subresource}),
})

const ofAll = (
  verbs: readonly string[],
  what: Omit<Right, 'verb' | 'namespace'>,
  namespace?: string,
): Right[] => verbs.map((verb) => ({verb, ...what, ...(namespace === undefined ? {} : {namespace})}))

/** Deployments, StatefulSets and their like: the name of the resource in its URLs. */
const resourceOf = (kind: Exclude<WorkloadRef['kind'], 'selector'>): string => `${kind.toLowerCase()}s`

/** What pods of a selector may belong to. */
const makersOfPods = [
  inGroup('apps', 'replicasets'),
  inGroup('apps', 'statefulsets'),
  inGroup('apps', 'daemonsets'),
  inGroup('batch', 'jobs'),
]

const followLoad = (namespace: string): Right[] => [
  ...ofAll(['create', 'patch', 'delete'], inGroup('', 'configmaps'), namespace),
  ...ofAll(['list'], inGroup('', 'pods'), namespace),
  ...ofAll(['get'], inGroup('', 'pods', 'log'), namespace),
  ...ofAll(['get', 'create', 'update', 'patch'], inGroup('', 'pods', 'proxy'), namespace),
]

/** What an account must be allowed to do, by what it is for. Each is the least that the API server asks for it. */
export const rights = {
  /** Which pods there are, and what becomes of them: every run in a cluster. */
  watchPods: (namespace: string) => ofAll(['get', 'list', 'watch'], inGroup('', 'pods'), namespace),
  /** What a workload is, and which pods are its own. */
  readWorkload: ({kind}: WorkloadRef, namespace: string) =>
    kind === 'selector' ? [] : ofAll(['get'], inGroup('apps', resourceOf(kind)), namespace),
  /** Whether the namespace, the workload, or of a selector's pods those who made them, opt out by annotation. */
  readOptOuts: ({kind}: WorkloadRef, namespace: string) => [
    ...ofAll(['get'], inGroup('', 'namespaces'), namespace),
    ...(kind === 'selector' ? makersOfPods.flatMap((one) => ofAll(['get'], one, namespace)) : []),
  ],
  deletePods: (namespace: string) => ofAll(['delete'], inGroup('', 'pods'), namespace),
  evictPods: (namespace: string) => ofAll(['create'], inGroup('', 'pods', 'eviction'), namespace),
  readBudgets: (namespace: string) => ofAll(['list'], inGroup('policy', 'poddisruptionbudgets'), namespace),
  scale: ({kind}: WorkloadRef, namespace: string) =>
    kind === 'selector' ? [] : ofAll(['get', 'patch'], inGroup('apps', resourceOf(kind), 'scale'), namespace),
  /** Whether somebody else scales it. */
  readAutoscalers: (namespace: string) =>
    ofAll(['list'], inGroup('autoscaling', 'horizontalpodautoscalers'), namespace),
  /** Of the whole cluster: nodes are in no namespace. */
  cordonNodes: () => ofAll(['get', 'list', 'patch'], inGroup('', 'nodes')),
  cutNetwork: (namespace: string) =>
    ofAll(['create', 'get', 'list', 'delete'], inGroup('networking.k8s.io', 'networkpolicies'), namespace),
  forwardPorts: (namespace: string) => [
    ...ofAll(['get'], inGroup('', 'services'), namespace),
    // It is opened as a WebSocket, with a GET; from 1.35 on API servers ask for `create` as well.
    ...ofAll(['get', 'create'], inGroup('', 'pods', 'portforward'), namespace),
  ],
  /** Their addresses take requests of every method, and the API server asks for the verb of each. */
  proxyServices: (namespace: string) => [
    ...ofAll(['get'], inGroup('', 'services'), namespace),
    ...ofAll(['get', 'create', 'update', 'patch', 'delete'], inGroup('', 'services', 'proxy'), namespace),
  ],
  /** Load from pods: a Job with its files, what the pods print, and the port by which they are started and stopped. */
  makeLoad: (namespace: string) => [
    ...ofAll(['create', 'delete'], inGroup('batch', 'jobs'), namespace),
    ...followLoad(namespace),
  ],
  /** The same by the k6-operator, which makes the Jobs. */
  makeTestRun: (namespace: string) => [
    ...ofAll(['create', 'get', 'delete'], inGroup('k6.io', 'testruns'), namespace),
    ...followLoad(namespace),
  ],
  /** The key of a client certificate for those pods: made, never read, and gone with what it was made for. */
  makeSecrets: (namespace: string) => ofAll(['create'], inGroup('', 'secrets'), namespace),
} satisfies Record<string, (...args: never[]) => Right[]>

const keyOf = ({verb, group, resource, subresource = '', namespace = ''}: Right): string =>
  [verb, group, resource, subresource, namespace].join(' ')

/** Each right once, in the order in which they were named first. */
export const eachOnce = (all: readonly Right[]): Right[] => [
  ...new Map(all.map((right) => [keyOf(right), right])).values(),
]

/** `pods/eviction`. */
const resourceName = ({resource, subresource}: Right): string =>
  subresource === undefined ? resource : `${resource}/${subresource}`

/** "delete pods in namespace shop", "patch nodes". */
export const rightInWords = (right: Right): string =>
  `${right.verb} ${resourceName(right)}${right.namespace === undefined ? '' : ` in namespace ${right.namespace}`}`

interface Rule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

/** The rules that give these rights: one per resource. */
export const rulesFor = (wanted: readonly Right[]): Rule[] => {
  const rules = new Map<string, Rule>()
  for (const right of eachOnce(wanted)) {
    const key = `${right.group} ${resourceName(right)}`
    const rule = rules.get(key) ?? {apiGroups: [right.group], resources: [resourceName(right)], verbs: []}
    if (!rule.verbs.includes(right.verb)) rule.verbs.push(right.verb)
    rules.set(key, rule)
  }
  return [...rules.values()]
}
