import {dirname, resolve} from 'node:path'
import {loadTarget} from '../scenarios/load-target.js'
import type {Target} from '../scenarios/target.js'
import {findReference, referenceTopology, startReference} from '../targets/reference.js'

/** A target that is there, and how to let go of it: what was started for the run ends with it. */
export interface OpenTarget {
  target: Target
  close(): Promise<void>
}

export interface TargetRequest {
  /** `reference`, or the path of a target file. */
  name: string
  /** Folder that a path in the scenario is relative to. */
  folder: string
  /** A Toxiproxy to use in place of the target's own. */
  toxiproxyUrl?: string | undefined
  seed: number
  signal: AbortSignal
}

/** The path of a target file: a path in a scenario is relative to the scenario. */
const pathOf = ({name, folder}: TargetRequest): string => resolve(folder, name)

/** The target as known without starting anything. */
export const describeTarget = async (request: TargetRequest): Promise<Target> => {
  if (request.name !== 'reference') return await loadTarget(pathOf(request))
  return (await findReference()) ?? (await referenceTopology())
}

/** Opens the target: the reference deployment that is up, or one of our own for this run, or the one of a file. */
export const openTarget = async (request: TargetRequest): Promise<OpenTarget> => {
  const {name, toxiproxyUrl, seed, signal} = request
  if (name !== 'reference') {
    const target = await loadTarget(pathOf(request))
    return {
      target: toxiproxyUrl ? {...target, toxiproxy: {url: toxiproxyUrl}} : target,
      close: async () => {},
    }
  }
  const running = await findReference()
  if (running) return {target: running, close: async () => {}}
  const {target, stop} = await startReference({
    seed,
    signal,
    ...(toxiproxyUrl === undefined ? {} : {toxiproxyUrl}),
  })
  return {target, close: stop}
}

/** The folder that paths in a scenario file are relative to. */
export const folderOf = (scenarioPath: string): string => dirname(resolve(scenarioPath))
