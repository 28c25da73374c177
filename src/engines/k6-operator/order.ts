import {UserError} from '../../errors.js'
import {loadClusterDefaults} from '../../scenarios/load-cluster-defaults.js'
import type {LoadCluster} from '../../scenarios/scenario.js'

/** How a load is to run in a cluster. */
export interface ClusterOrder {
  /** Pods that share the load. */
  runners: number
  namespace?: string
  /** Of the runners: k6 with a shell, as the operator's initializer needs one. */
  image: string
  /** What each runner asks for, as Kubernetes writes it; what it needs by its users where left out. */
  cpu?: string
  memory?: string
  /** Where runners send their metrics: a Prometheus that takes remote writes. */
  remoteWrite?: string
  /** Each runner on a node of its own. */
  separate: boolean
  /** A volume claim that holds the files, in place of a ConfigMap. */
  claim?: string
  pullPolicy?: LoadCluster['pullPolicy']
  /** Further arguments of `k6 run`. */
  args?: readonly string[]
  serviceAccount?: string
  nodeSelector?: Readonly<Record<string, string>>
}

/** What the flags of a command say, most of it perhaps not. */
type Asked = {
  [Key in 'runners' | 'image' | 'separate' | 'namespace' | 'cpu' | 'memory' | 'remoteWrite' | 'claim']?:
    | ClusterOrder[Key]
    | undefined
}

/** A name of an object or a namespace (RFC 1123 label). */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** A quantity as Kubernetes writes it: `500m`, `1.5`, `2Gi`. */
const quantity = /^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/

const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const rules = [
  ['namespace', '--namespace', (text) => label.test(text), 'the name of a namespace'],
  ['claim', '--claim', (text) => label.test(text), 'the name of a volume claim'],
  ['cpu', '--cpu', (text) => quantity.test(text), 'a quantity such as 500m or 2'],
  ['memory', '--memory', (text) => quantity.test(text), 'a quantity such as 512Mi or 2Gi'],
  ['image', '--image', (text) => /^[^\s]+$/.test(text), 'the name of an image'],
  ['remoteWrite', '--remote-write', isUrl, 'an http or https URL'],
] as const satisfies [keyof Asked, string, (text: string) => boolean, string][]

/** The operator splits arguments at spaces, and a shell of its own reads them: nothing may need quotes. */
const plainArgument = /^[\w@%+=:,./-]+$/

const argumentProblems = (args: readonly string[]): string[] =>
  args
    .filter((argument) => !plainArgument.test(argument))
    .map(
      (argument) =>
        `load.kubernetes.arguments: "${argument}" would need quotes, and the k6-operator passes arguments on without`,
    )

/** What a scenario says of its pods (`load.kubernetes`), as an order. Throws UserError for what the operator cannot pass on. */
export const orderOf = (cluster: LoadCluster): ClusterOrder => {
  const problems = argumentProblems(cluster.args)
  if (problems.length > 0) throw new UserError(problems.join('\n'))
  const {runners, image, separate, pullPolicy, args, nodeSelector} = cluster
  const {namespace, cpu, memory, remoteWrite, serviceAccount} = cluster
  return {
    runners,
    image,
    separate,
    pullPolicy,
    args,
    nodeSelector,
    ...(namespace !== undefined && {namespace}),
    ...(cpu !== undefined && {cpu}),
    ...(memory !== undefined && {memory}),
    ...(remoteWrite !== undefined && {remoteWrite}),
    ...(serviceAccount !== undefined && {serviceAccount}),
  }
}

/**
 * The order that flags make: what they leave open is as the scenario says (`load.kubernetes`). Throws one UserError with
 * all that the cluster would refuse later.
 */
export const checkOrder = (asked: Asked, cluster: LoadCluster = loadClusterDefaults): ClusterOrder => {
  const problems = rules.flatMap(([key, flag, isRight, what]) => {
    const value = asked[key]
    return value === undefined || isRight(value) ? [] : [`${flag}: expected ${what}, got "${value}"`]
  })
  if (problems.length > 0) throw new UserError(problems.join('\n'))
  const {runners, image, separate, namespace, cpu, memory, remoteWrite, claim} = asked
  return {
    ...orderOf(cluster),
    ...(runners !== undefined && {runners}),
    ...(image !== undefined && {image}),
    ...(separate && {separate}),
    ...(namespace !== undefined && {namespace}),
    ...(cpu !== undefined && {cpu}),
    ...(memory !== undefined && {memory}),
    ...(remoteWrite !== undefined && {remoteWrite}),
    ...(claim !== undefined && {claim}),
  }
}
