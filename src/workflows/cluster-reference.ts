import {stringify} from 'yaml'
import {openCluster} from '../clients/kubernetes/connect.js'
import {forwardPort} from '../clients/kubernetes/port-forward.js'
import {describeClusterStatus, describeClusterUp} from '../output/cluster-status.js'
import {writeText} from '../output/write-reports.js'
import {systemClock} from '../system/clock.js'
import {admitTarget} from '../targets/kubernetes/admit.js'
import {bringUp} from '../targets/kubernetes-reference/bring-up.js'
import {takeDown} from '../targets/kubernetes-reference/down.js'
import {findEdge, untilServed} from '../targets/kubernetes-reference/edge-address.js'
import {checkNamespaceName} from '../targets/kubernetes-reference/ownership.js'
import {readClusterStatus} from '../targets/kubernetes-reference/read-status.js'
import {connectWorkloads} from '../targets/local.js'

/** Which namespace of which cluster. */
export interface ClusterPlace {
  context?: string | undefined
  /** `shakedown-reference` when not given. */
  namespace?: string | undefined
}

/** The flags of `up --on kubernetes`, as parsed. */
export interface ClusterUpFlags extends ClusterPlace {
  registry?: string | undefined
  seed: number
  /** How long it may take until it is ready, in seconds; 120 when not given. */
  wait?: number | undefined
  'target-file'?: string | undefined
  'allow-production'?: boolean | undefined
}

/** What a command prints, and returns as JSON. */
interface Told {
  text: string
  json: unknown
}

const usualNamespace = 'shakedown-reference'
const usualTargetFile = '.shakedown/reference-on-kubernetes.yaml'
const usualWaitSeconds = 120

const open = ({context, namespace = usualNamespace}: ClusterPlace, signal: AbortSignal) => {
  checkNamespaceName(namespace)
  return openCluster({namespace, ...(context === undefined ? {} : {context})}, signal)
}

const note = (where: string): string =>
  `# The reference deployment in ${where}, as shakedown up found it.\n# shakedown run SCENARIO --target THIS-FILE\n`

/** Brings the reference deployment up in a cluster and writes its target file. */
export const upOnCluster = async (flags: ClusterUpFlags, signal: AbortSignal): Promise<Told> => {
  const {registry, seed, wait = usualWaitSeconds, 'target-file': targetFile = usualTargetFile} = flags
  const waitMs = wait * 1000
  const {cluster, access} = await open(flags, signal)
  // It is there to be broken: what a run must be allowed, so must it.
  const {context, 'allow-production': allowProduction} = flags
  const at = {
    namespace: cluster.namespace,
    ...(access.context === undefined ? {} : {context: access.context}),
  }
  await admitTarget(at, {context, allowProduction})
  const startedMs = systemClock.now()
  const {objects} = await bringUp(cluster, {registry, seed, limitMs: waitMs}, systemClock, signal)
  const edge = await findEdge(cluster, signal)
  if (edge) await untilServed(edge, waitMs, systemClock, signal)
  const readyMs = systemClock.now() - startedMs
  const {describeClusterTarget} = await import('shakedown-reference/deploy/target')
  const target = describeClusterTarget(at, edge)
  await writeText(targetFile, `${note(cluster.where)}${stringify(target)}`)
  const up = {where: cluster.where, objects, readyMs, targetFile, edge}
  return {text: describeClusterUp(up), json: {...up, target}}
}

/** Deletes the reference deployment of a cluster and waits until nothing of it is left. */
export const downOnCluster = async (place: ClusterPlace, signal: AbortSignal): Promise<Told> => {
  const {cluster} = await open(place, signal)
  const stopped = await takeDown(cluster, systemClock, signal)
  const text = stopped
    ? `The reference deployment is gone, and its namespace with it (${cluster.where}).`
    : `There is no reference deployment (${cluster.where}).`
  return {text, json: {stopped}}
}

/** What the control pod tells of the switches; undefined when it does not answer. */
const readSwitches = async (opened: Awaited<ReturnType<typeof open>>, signal: AbortSignal) => {
  const {access, cluster} = opened
  const {describeClusterTarget} = await import('shakedown-reference/deploy/target')
  const {service, port} = describeClusterTarget({namespace: cluster.namespace}, undefined).control
  const way = await forwardPort(access, cluster, service, port, signal).catch(() => undefined)
  try {
    return (
      way &&
      (await connectWorkloads(way.url)
        .switches()
        .catch(() => undefined))
    )
  } finally {
    await way?.close()
  }
}

/** Shows the reference deployment of a cluster: its pods, what they wait for, and which protections are off. */
export const statusOnCluster = async (place: ClusterPlace, signal: AbortSignal): Promise<Told> => {
  const opened = await open(place, signal)
  const found = await readClusterStatus(opened.cluster)
  const switches = found.running ? await readSwitches(opened, signal) : undefined
  const status = found.running && switches ? {...found, switches} : found
  return {text: describeClusterStatus(status), json: status}
}
