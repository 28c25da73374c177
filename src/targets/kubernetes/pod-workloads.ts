import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import {type Clock, systemClock} from '../../system/clock.js'
import type {Replica, Workloads} from '../workloads.js'
import {boardOf} from './pod-board.js'

const pollMs = 200

const cannot = (what: string): EnvironmentError =>
  new EnvironmentError(`${what} is not possible on a pod from outside its node`, {
    hint: 'In a cluster use pod-delete (grace 0 ends a pod at once), scale, or faults on edges.',
  })

const refuse = (what: string) => async (): Promise<never> => {
  throw cannot(what)
}

/**
 * The pods of a target's workloads as replicas: followed by a watch, so that looking twice a second costs the API server
 * nothing. What needs the process itself is refused; switches go through `control` where the target has one.
 */
export const connectPodWorkloads = (
  target: Target,
  cluster: Cluster,
  control: Workloads | undefined,
  clock: Clock = systemClock,
): Workloads => {
  const board = boardOf(target, cluster)
  const noControl = (): EnvironmentError =>
    new EnvironmentError(`Target ${target.name} has no control API`, {
      hint: 'Switches are set through one: say `control: …` in the target file, or leave them out.',
    })
  const find = async (name: string): Promise<Replica | undefined> =>
    (await board.replicas()).find((replica) => replica.name === name)
  return {
    replicas: () => board.replicas(),

    untilReady: async (name, limitMs, signal) => {
      for (const deadline = clock.now() + limitMs; ; await clock.sleep(pollMs, signal)) {
        const replica = await find(name)
        if (replica?.state === 'ready') return
        if (clock.now() >= deadline) {
          throw new EnvironmentError(
            `${name} is ${replica?.state ?? 'gone'} after ${limitMs} ms, not ready`,
            {
              hint: `See: kubectl describe pod ${name} -n ${cluster.namespace}`,
            },
          )
        }
      }
    },

    signal: refuse('Sending a signal to the process'),
    press: refuse('Taking CPU or memory from the process'),
    pressure: refuse('Reading the pressure on the process'),
    setRespawn: refuse('Keeping it from being started again'),
    // Nothing is ever held: there is nothing to let go of.
    release: async () => {},

    switches: async () => {
      if (control === undefined) throw noControl()
      return await control.switches()
    },
    setSwitches: async (changes) => {
      if (control === undefined) throw noControl()
      await control.setSwitches(changes)
    },
  }
}
