import {dirname, resolve} from 'node:path'
import {UserError} from '../errors.js'
import {loadTarget} from '../scenarios/load-target.js'
import type {ReplicaCounts} from '../scenarios/replica-flags.js'
import type {Target} from '../scenarios/target.js'
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
  /** How many replicas of some workloads it is started with. */
  replicas?: ReplicaCounts | undefined
  seed: number
  signal: AbortSignal
}

/** The path of a target file: a path in a scenario is relative to the scenario. */
const pathOf = ({name, folder}: TargetRequest): string => resolve(folder, name)

/** The target as known without starting anything. */
export const describeTarget = async (request: TargetRequest): Promise<Target> => {
  if (request.name !== 'reference') return fixedSize(await loadTarget(pathOf(request)), request)
  return (await findReference()) ?? (await referenceTopology(request.replicas))
}

/** Opens the target: the reference deployment that is up, or one of our own for this run, or the one of a file. */
export const openTarget = async (request: TargetRequest): Promise<OpenTarget> => {
  const {name, toxiproxyUrl, replicas, seed, signal} = request
  if (name !== 'reference') {
    const target = fixedSize(await loadTarget(pathOf(request)), request)
    return {
      target: toxiproxyUrl ? {...target, toxiproxy: {url: toxiproxyUrl}} : target,
      own: false,
      close: async () => {},
    }
  }
  const running = await findReference()
  if (running) {
    refuseOtherProxies(running, toxiproxyUrl)
    refuseOtherReplicas(running, replicas)
    return {target: running, own: false, close: async () => {}}
  }
  const {target, stop} = await startReference({
    seed,
    signal,
    replicas,
    ...(toxiproxyUrl === undefined ? {} : {toxiproxyUrl}),
  })
  return {target, own: true, close: stop}
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

/** Only what we start ourselves can be started in another size. */
const fixedSize = (target: Target, {replicas = {}}: Pick<TargetRequest, 'replicas'>): Target => {
  const [name] = Object.keys(replicas)
  if (name === undefined) return target
  throw new UserError(`Target ${target.name} cannot be started with other replicas of ${name}`, {
    hint: 'Scale it yourself, search once at each size, then: shakedown capacity scale 1=RECORD 2=RECORD 4=RECORD',
  })
}

/** So were its replicas. */
const refuseOtherReplicas = ({workloads}: Target, wanted: ReplicaCounts = {}): void => {
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
