import {UserError} from '../errors.js'
import type {AimFault} from '../plan/plan.js'
import type {Json} from '../system/json.js'
import type {Fault} from './fault.js'

/** Every fault by the name that the user types. */
const faults = {
  latency: () => import('./latency.js'),
  timeout: () => import('./timeout.js'),
  'reset-peer': () => import('./reset-peer.js'),
  bandwidth: () => import('./bandwidth.js'),
  slicer: () => import('./slicer.js'),
  'slow-close': () => import('./slow-close.js'),
  'limit-data': () => import('./limit-data.js'),
  noop: () => import('./noop.js'),
  http: () => import('./http.js'),
  down: () => import('./down.js'),
  kill: () => import('./kill.js'),
  terminate: () => import('./terminate.js'),
  freeze: () => import('./freeze.js'),
  cpu: () => import('./cpu.js'),
  memory: () => import('./memory.js'),
  switch: () => import('./switch.js'),
  'pod-delete': () => import('./pod-delete.js'),
  scale: () => import('./scale.js'),
  'node-cordon': () => import('./node-cordon.js'),
  'node-drain': () => import('./node-drain.js'),
  'network-cut': () => import('./network-cut.js'),
} satisfies Record<string, () => Promise<unknown>>

const isFault = (name: string): name is keyof typeof faults => Object.hasOwn(faults, name)

/** Loads a fault; throws UserError for an unknown name. */
const loadFault = async (name: string): Promise<Fault> => {
  if (!isFault(name)) {
    throw new UserError(`There is no fault "${name}"`, {
      hint: `Faults are: ${Object.keys(faults).join(', ')}.`,
    })
  }
  const {default: fault} = await faults[name]()
  // Each fault parses its own options before they get here, so the registry may forget their types.
  return fault as unknown as Fault
}

/** All faults, loaded: what scenario files may name, and who takes aim. */
export const loadFaults = async (): Promise<Record<string, Fault>> =>
  Object.fromEntries(
    await Promise.all(Object.keys(faults).map(async (name) => [name, await loadFault(name)] as const)),
  )

/** Lets each fault choose its victims. */
export const aimWith =
  (loaded: Record<string, Fault>): AimFault =>
  (name, options, target, random, lastsMs) => {
    const fault = loaded[name]
    if (!fault) throw new UserError(`There is no fault "${name}"`)
    // Options were parsed by this fault's schema when the scenario was read.
    return fault.aim(options as Json, target, random, lastsMs)
  }
