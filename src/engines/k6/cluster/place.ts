import {UserError} from '../../../errors.js'
import type {Plan} from '../../../plan/plan.js'
import {loadClusterDefaults} from '../../../scenarios/load-cluster-defaults.js'
import type {LoadCluster} from '../../../scenarios/scenario.js'
import type {KubernetesAt, Target} from '../../../scenarios/target.js'

/** Where the pods of a load run, and how. */
export interface Place {
  at: KubernetesAt
  cluster: LoadCluster
}

/** Throws UserError when neither the target nor the scenario names a namespace. */
export const placeOf = ({scenario, target}: Plan): Place => {
  const cluster = scenario.load.cluster ?? loadClusterDefaults
  const {kubernetes} = target
  const namespace = cluster.namespace ?? kubernetes?.namespace
  if (namespace === undefined)
    throw new UserError(`The load is to be made in a cluster, and ${target.name} is in none`, {
      hint: 'Name the namespace for its pods: load.kubernetes.namespace, and load.kubernetes.context if need be.',
    })
  const context = cluster.context ?? kubernetes?.context
  return {
    at: {
      namespace,
      ...(kubernetes?.kubeconfig !== undefined && {kubeconfig: kubernetes.kubeconfig}),
      ...(context !== undefined && {context}),
    },
    cluster,
  }
}

/** Whether an address is the machine, or the pod, itself. */
export const isLoopback = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)

/** What the pods call a service that we reach in another way. */
const serviceUrl = (name: string, {kubernetes}: Target): string | undefined => {
  const reach = kubernetes?.reach?.find(({address}) => address === `endpoints.${name}`)
  if (kubernetes === undefined || reach === undefined) return undefined
  const {service, port} = reach
  return `${port === 443 ? 'https' : 'http'}://${service}.${kubernetes.namespace}.svc:${port}`
}

/**
 * The plan with the addresses that its pods know: a service that we reach by a port-forward has its own name there.
 * Throws UserError for an address that would be the pod itself. A script has addresses of its own.
 */
export const planFromPods = (plan: Plan): Plan => {
  const {target, scenario} = plan
  const endpoints = Object.fromEntries(
    Object.entries(target.endpoints).map(([name, url]) => [name, serviceUrl(name, target) ?? url]),
  )
  const own = Object.entries(endpoints).find(([, url]) => isLoopback(url))
  if (own !== undefined && scenario.load.script === undefined)
    throw new UserError(
      `The endpoint "${own[0]}" is ${own[1]}: from a pod of the cluster, that is the pod itself`,
      {hint: 'Name a target file with the addresses that the cluster knows: --target.'},
    )
  return {...plan, target: {...target, endpoints}}
}
