import {dirname, resolve} from 'node:path'
import {UserError} from '../errors.js'
import {loadTarget} from '../scenarios/load-target.js'
import type {ReplicaCounts} from '../scenarios/replica-flags.js'
import type {Target} from '../scenarios/target.js'
import {admitTarget} from '../targets/kubernetes/admit.js'
import {inContext, lookAt, pin} from '../targets/kubernetes/look-at.js'
import {reachTarget} from '../targets/kubernetes/reach.js'
import {findReference, referenceTopology, startReference} from '../targets/reference.js'

/** A target that is there, and how to let go of it: what was started for the run ends with it. */
export interface OpenTarget {
  target: Target
  /** Started for this run, and gone with it. */
  own: boolean
  close(): Promise<void>
}

export interface TargetRequest {
  /** `reference`, or the path of a target file. */
  name: string
  /** Folder that a path in the scenario is relative to. */
  folder: string
  /** A Toxiproxy to use in place of the target's own. */
  toxiproxyUrl?: string | undefined
  /** How many replicas of some workloads it is started with; one in a cluster stays as it is. */
  replicas?: ReplicaCounts | undefined
  /** A context of the kubeconfig, said aloud. */
  context?: string | undefined
  /** Names that look like production are meant. */
  allowProduction?: boolean | undefined
  seed: number
  signal: AbortSignal
}

/** The path of a target file: a path in a scenario is relative to the scenario. */
const pathOf = ({name, folder}: TargetRequest): string => resolve(folder, name)

/** The target of a file, its context as asked for. */
const targetOfFile = async (request: TargetRequest): Promise<Target> =>
  inContext(fixedSize(await loadTarget(pathOf(request)), request), request.context)

/** The target as known without starting anything; in a cluster, as it is now. */
export const describeTarget = async (request: TargetRequest): Promise<Target> => {
  if (request.name !== 'reference') return await lookAt(await targetOfFile(request), request.signal)
  const running = await findReference()
  if (running) return await lookAt(inContext(running, request.context), request.signal)
  return await referenceTopology(request.replicas)
}

/** Opens the target: the reference deployment that is up, or one of our own for this run, or the one of a file. */
export const openTarget = async (request: TargetRequest): Promise<OpenTarget> => {
  const {name, toxiproxyUrl, replicas, seed, signal} = request
  if (name !== 'reference') {
    const target = await targetOfFile(request)
    return await openInPlace(toxiproxyUrl ? withToxiproxy(target, toxiproxyUrl) : target, request)
  }
  const running = await findReference()
  if (running) {
    refuseOtherProxies(running, toxiproxyUrl)
    refuseOtherReplicas(running, replicas)
    return await openInPlace(inContext(running, request.context), request)
  }
  const {target, stop} = await startReference({
    seed,
    signal,
    replicas,
    ...(toxiproxyUrl === undefined ? {} : {toxiproxyUrl}),
  })
  return {target, own: true, close: stop}
}

/** A target that is there before and after the run; in a cluster: consented to, looked at, and reached. */
const openInPlace = async (target: Target, request: TargetRequest): Promise<OpenTarget> => {
  // The current context may become another between one look at the kubeconfig and the next: what was admitted is meant.
  const pinned = await pin(target)
  if (pinned.kubernetes) await admitTarget(pinned.kubernetes, request)
  const {target: reached, close} = await reachTarget(await lookAt(pinned, request.signal), request.signal)
  return {target: reached, own: false, close}
}

/** It goes past the service that the target names. */
const withToxiproxy = (target: Target, url: string): Target => {
  const {kubernetes} = target
  const reach = kubernetes?.reach?.filter(({address}) => address !== 'toxiproxy')
  return {...target, toxiproxy: {url}, ...(kubernetes && reach && {kubernetes: {...kubernetes, reach}})}
}

/** The proxies of a deployment that is up were chosen when it started. */
const refuseOtherProxies = ({toxiproxy}: Target, wanted: string | undefined): void => {
  if (wanted === undefined || wanted.replace(/\/+$/, '') === toxiproxy?.url) return
  throw new UserError(
    `The reference deployment that is up goes through ${toxiproxy?.url}, not through ${wanted}`,
    {
      hint: 'Take it down first (shakedown down), or leave --toxiproxy out.',
    },
  )
}

/** Only what we start ourselves can be started in another size; what runs in a cluster is scaled once it is open. */
const fixedSize = (target: Target, {replicas = {}}: Pick<TargetRequest, 'replicas'>): Target => {
  const [name] = Object.keys(replicas)
  if (name === undefined || target.kubernetes) return target
  throw new UserError(`Target ${target.name} cannot be started with other replicas of ${name}`, {
    hint: 'Scale it yourself, search once at each size, then: shakedown capacity scale 1=RECORD 2=RECORD 4=RECORD',
  })
}

/** So were its replicas. */
const refuseOtherReplicas = ({workloads, kubernetes}: Target, wanted: ReplicaCounts = {}): void => {
  if (kubernetes) return
  for (const [name, count] of Object.entries(wanted)) {
    const running = workloads[name]?.replicas.length ?? 0
    if (running === count) continue
    throw new UserError(`The reference deployment that is up runs ${running} of ${name}, not ${count}`, {
      hint: 'Take it down first (shakedown down): one of the size asked for is then started.',
    })
  }
}

/** The folder that paths in a scenario file are relative to. */
export const folderOf = (scenarioPath: string): string => dirname(resolve(scenarioPath))
