import {type Component, labelsOf, type Manifest, selectorOf} from './names.js'

/** Nothing that we run needs more than an ordinary user may. */
const podSecurity = {
  runAsNonRoot: true,
  runAsUser: 65_534,
  runAsGroup: 65_534,
  seccompProfile: {type: 'RuntimeDefault'},
}
const containerSecurity = {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}}

/** What a container may hold; there is no limit on CPU, which would slow it down when nobody else needs it. */
export const resources = (cpu: string, memory: string, memoryLimit: string) => ({
  requests: {cpu, memory},
  limits: {memory: memoryLimit},
})

/** The parts of a container that differ; the rest is the same for all. */
export const container = (name: string, image: string, parts: Record<string, unknown>) => ({
  name,
  image,
  imagePullPolicy: 'IfNotPresent',
  ...parts,
  securityContext: containerSecurity,
})

export interface PodParts {
  containers: readonly unknown[]
  volumes?: readonly unknown[]
  /** Of a service account with rights of its own; the default one, without a token, when not given. */
  account?: string
  graceSeconds: number
}

/** The pods of one part, spread over the nodes where there are several. */
export const podTemplate = (name: string, component: Component, parts: PodParts) => ({
  metadata: {labels: labelsOf(name, component)},
  spec: {
    ...(parts.account === undefined
      ? {automountServiceAccountToken: false}
      : {serviceAccountName: parts.account}),
    enableServiceLinks: false,
    terminationGracePeriodSeconds: parts.graceSeconds,
    securityContext: podSecurity,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: selectorOf(name),
      },
    ],
    containers: parts.containers,
    ...(parts.volumes ? {volumes: parts.volumes} : {}),
  },
})

/** An eviction must leave one; of a part with one pod it must leave that. */
export const disruptionBudget = (name: string, component: Component): Manifest => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: {name, labels: labelsOf(name, component)},
  spec: {minAvailable: 1, selector: selectorOf(name)},
})

export interface ServicePort {
  name: string
  port: number
  targetPort?: number
}

/** A Service before the pods of one part. */
export const serviceBefore = (
  name: string,
  component: Component,
  ports: readonly ServicePort[],
  type: 'ClusterIP' | 'NodePort' = 'ClusterIP',
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name, labels: labelsOf(name, component)},
  spec: {
    type,
    selector: selectorOf(name).matchLabels,
    ports: ports.map((port) => ({...port, targetPort: port.targetPort ?? port.port, protocol: 'TCP'})),
  },
})

/** A part with one pod, which is gone before its successor comes. */
export const singleDeployment = (name: string, component: Component, parts: PodParts): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name, labels: labelsOf(name, component)},
  spec: {
    replicas: 1,
    revisionHistoryLimit: 1,
    strategy: {type: 'Recreate'},
    selector: selectorOf(name),
    template: podTemplate(name, component, parts),
  },
})

export const httpProbe = (path: string, port: number, rules: Record<string, number>) => ({
  httpGet: {path, port},
  ...rules,
})

export const readonlyFile = (name: string, mountPath: string) => ({name, mountPath, readOnly: true})
