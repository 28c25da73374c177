import {EnvironmentError} from '../errors.js'
import {type Clock, systemClock} from '../system/clock.js'
import {askControl} from './control.js'
import type {PressureReading, Replica, Workloads} from './workloads.js'

const pollMs = 100
const noticeLimitMs = 2000
/** In a cluster the answer comes through its API server. */
const readSwitchesLimitMs = 10_000
/** There a switch may be the number of pods, and is set when they are ready. */
const setSwitchesLimitMs = 20_000
/** Longer than the supervisor waits for a process that fills its memory. */
const pressureLimitMs = 12_000

const pathOf = (name: string, rest = ''): string => `/replicas/${encodeURIComponent(name)}${rest}`

const findReplica = async (controlUrl: string, name: string, signal?: AbortSignal): Promise<Replica> => {
  // Both sides come from one build; the shape is part of the contract with the supervisor.
  const replicas = (await askControl(controlUrl, '/replicas', {signal})) as Replica[]
  const found = replicas.find((replica) => replica.name === name)
  if (found) return found
  throw new EnvironmentError(`There is no replica ${name}`, {
    hint: `There are ${replicas.map((replica) => replica.name).join(', ')}.`,
  })
}

const untilNoticed = async (controlUrl: string, killed: Replica, clock: Clock): Promise<void> => {
  const deadline = clock.now() + noticeLimitMs
  while ((await findReplica(controlUrl, killed.name)).pid === killed.pid && clock.now() < deadline)
    await clock.sleep(10)
}

/** The replicas of the local reference deployment, as its supervisor's control API knows them. */
export const connectWorkloads = (controlUrl: string, clock: Clock = systemClock): Workloads => ({
  replicas: async () => (await askControl(controlUrl, '/replicas')) as Replica[], // See findReplica.

  signal: async (name, signal, expectedPid) => {
    const replica = await findReplica(controlUrl, name)
    if (replica.pid === 0)
      throw new EnvironmentError(`${name} is not running, so it cannot be sent ${signal}`, {
        hint: 'Wait until it has been started again.',
      })
    if (expectedPid !== undefined && replica.pid !== expectedPid)
      throw new EnvironmentError(
        `${name} is process ${replica.pid} now, not ${expectedPid}: it was started again`,
      )
    // The supervisor is its parent: it alone cannot mistake another process with a reused pid for it.
    await askControl(controlUrl, pathOf(name, '/signal'), {method: 'POST', body: {pid: replica.pid, signal}})
    // Until the supervisor has noticed, it would call a dead process ready.
    if (signal === 'SIGKILL') await untilNoticed(controlUrl, replica, clock)
  },

  untilReady: async (name, limitMs, signal) => {
    const deadline = clock.now() + limitMs
    for (;;) {
      const replica = await findReplica(controlUrl, name, signal)
      if (replica.state === 'ready') return
      if (clock.now() >= deadline)
        throw new EnvironmentError(`${name} is ${replica.state} after ${limitMs} ms, not ready`, {
          hint: 'shakedown status names the folder with its log.',
        })
      await clock.sleep(pollMs, signal)
    }
  },

  setRespawn: async (name, respawn) => {
    await askControl(controlUrl, pathOf(name), {method: 'PATCH', body: {respawn}})
  },

  press: async (name, holder, pressure, pid) => {
    const body = {...pressure, pid}
    const path = pathOf(name, `/pressure/${holder}`)
    await askControl(controlUrl, path, {method: 'PUT', body, limitMs: pressureLimitMs})
  },

  release: async (name, holder) => {
    const path = pathOf(name, `/pressure/${holder}`)
    await askControl(controlUrl, path, {method: 'DELETE', limitMs: pressureLimitMs})
  },

  pressure: async (name) => (await askControl(controlUrl, pathOf(name, '/pressure'))) as PressureReading, // See findReplica.

  // JSON values of switches, by the contract of the services.
  switches: async () =>
    (await askControl(controlUrl, '/switches', {limitMs: readSwitchesLimitMs})) as Record<
      string,
      string | number | boolean
    >,

  setSwitches: async (changes) => {
    await askControl(controlUrl, '/switches', {method: 'PATCH', body: changes, limitMs: setSwitchesLimitMs})
  },
})
