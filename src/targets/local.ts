import {EnvironmentError, messageOf} from '../errors.js'
import {type Clock, systemClock} from '../system/clock.js'
import {askControl} from './control.js'
import type {Replica, Workloads} from './workloads.js'

const pollMs = 100
const noticeLimitMs = 2000

const findReplica = async (controlUrl: string, name: string, signal?: AbortSignal): Promise<Replica> => {
  // Both sides come from one build; the shape is part of the contract with the supervisor.
  const replicas = (await askControl(controlUrl, '/replicas', {signal})) as Replica[]
  const found = replicas.find((replica) => replica.name === name)
  if (found) return found
  throw new EnvironmentError(`There is no replica ${name}`, {
    hint: `There are ${replicas.map((replica) => replica.name).join(', ')}.`,
  })
}

const send = (replica: Replica, signal: NodeJS.Signals): void => {
  try {
    process.kill(replica.pid, signal)
  } catch (cause) {
    throw new EnvironmentError(
      `${replica.name} (process ${replica.pid}) could not be sent ${signal}: ${messageOf(cause)}`,
      {
        hint: 'It may have just ended, or belong to another user.',
        cause,
      },
    )
  }
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
    send(replica, signal)
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
    await askControl(controlUrl, `/replicas/${encodeURIComponent(name)}`, {method: 'PATCH', body: {respawn}})
  },

  // JSON values of switches, by the contract of the services.
  switches: async () =>
    (await askControl(controlUrl, '/switches')) as Record<string, string | number | boolean>,

  setSwitches: async (changes) => {
    await askControl(controlUrl, '/switches', {method: 'PATCH', body: changes, limitMs: 5000})
  },
})
