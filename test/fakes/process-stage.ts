import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll} from 'vitest'
import type {Aimed, Evidence, Fault, World} from '../../src/faults/fault.js'
import {loadFaults} from '../../src/faults/index.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import type {Json} from '../../src/system/json.js'
import {seededRandom} from '../../src/system/random.js'
import {connectWorkloads} from '../../src/targets/local.js'
import {type StartedReference, startReference} from '../../src/targets/reference.js'
import type {Replica, Workloads} from '../../src/targets/workloads.js'

const serviceEntry = fileURLToPath(new URL('../../reference/test/fixtures/service.mjs', import.meta.url))

/** The inverse travels through a file: another process may have to undo. */
export const throughAFile = (inverse: Json): Json => JSON.parse(JSON.stringify(inverse))

/** Waits until it holds; throws when it never does. */
export const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: never`)
    await delay(50)
  }
}

/** A deployment for the tests of a file, and how to let faults on its processes live. */
export interface ProcessStage {
  workloads(): Workloads
  replica(name: string): Promise<Replica>
  world(signal?: AbortSignal): World
  /** A fault with its options, aimed; the fault lasts 20 s unless the test says otherwise. */
  plan(name: string, given: Record<string, Json>, lastsMs?: number): [Fault, Aimed<Json>]
  /** Injects, looks, undoes twice; whatever happens, it is undone. */
  live(
    fault: [Fault, Aimed<Json>],
    during: (inverse: Json, look: (level?: number) => Promise<Evidence>) => Promise<void>,
    more?: {prepared?: (inverse: Json) => Promise<void>},
  ): Promise<void>
}

/** Starts a deployment before the tests of the file that calls it, and stops it after them. */
export const processStage = (): ProcessStage => {
  let state: string
  let deployment: StartedReference
  let target: Target
  let workloads: Workloads
  let faults: Record<string, Fault>
  const stateBefore = process.env['SHAKEDOWN_STATE']

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'shakedown-processes-'))
    process.env['SHAKEDOWN_STATE'] = state
    deployment = await startReference({seed: 1, serviceEntry})
    target = deployment.target
    workloads = connectWorkloads(target.control?.url ?? '')
    faults = await loadFaults()
  })

  afterAll(async () => {
    await deployment.stop()
    if (stateBefore === undefined) delete process.env['SHAKEDOWN_STATE']
    else process.env['SHAKEDOWN_STATE'] = stateBefore
    await rm(state, {recursive: true, force: true})
  })

  const world = (signal = new AbortController().signal): World => ({
    runId: 'run-1',
    target,
    clock: systemClock,
    signal,
    toxiproxy: () => {
      throw new Error('not needed')
    },
    // Connected anew each time, as another process would.
    cluster: () => {
      throw new Error('there is no cluster here')
    },
    workloads: () => connectWorkloads(target.control?.url ?? ''),
  })

  const replica = async (name: string): Promise<Replica> => {
    const found = (await workloads.replicas()).find((each) => each.name === name)
    if (!found) throw new Error(`no ${name}`)
    return found
  }

  const plan = (name: string, given: Record<string, Json>, lastsMs = 20_000): [Fault, Aimed<Json>] => {
    const fault = faults[name]
    if (!fault) throw new Error(`no fault ${name}`)
    const options = fault.options.parse(given)
    const aim = fault.aim(options, target, seededRandom(1))
    return [fault, {id: 'f1', fault: name, options, startMs: 0, endMs: lastsMs, aim}]
  }

  const live = async (
    [fault, planned]: [Fault, Aimed<Json>],
    during: (inverse: Json, look: (level?: number) => Promise<Evidence>) => Promise<void>,
    {prepared}: {prepared?: (inverse: Json) => Promise<void>} = {},
  ): Promise<void> => {
    const inverse = await fault.prepare(planned, world())
    await prepared?.(inverse)
    const look = (level = 1) => fault.observe(planned, inverse, world(), {level})
    try {
      await fault.inject(planned, inverse, world())
      await during(inverse, look)
    } finally {
      await fault.undo(throughAFile(inverse), world())
      await fault.undo(throughAFile(inverse), world())
    }
  }

  return {workloads: () => workloads, replica, world, plan, live}
}
