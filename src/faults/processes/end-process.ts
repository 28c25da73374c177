import {z} from 'zod'
import {parseDuration} from '../../scenarios/quantities.js'
import type {Replica} from '../../targets/workloads.js'
import {byTarget} from '../by-target.js'
import type {Evidence, Fault, World} from '../fault.js'
import {type PodsAsked, readyWithinByDefault} from '../pods/pods-asked.js'
import {podsFault} from '../pods/pods-fault.js'
import type {PodsInverse} from '../pods/pods-inverse.js'
import {checkTime, hitInTurn, inTurnWords, type TurnOptions} from './in-turn.js'
import {type Look, lookAtEach} from './look.js'
import {type ProcessOptions, processOptions} from './process-options.js'
import {chooseReplicas} from './replicas.js'
import {forAll, hittable, isSame, noteVictims, readyLimitMs, replicasNamed, type Victims} from './victims.js'

export interface EndOptions extends ProcessOptions {
  respawn: 'immediately' | 'never'
}

export interface EndInverse extends Victims {
  [key: string]: Record<string, number> | boolean
  held: boolean
}

/** What tells `kill` and `terminate` apart. */
interface Ending {
  summary: string
  example: string
  signal: 'SIGKILL' | 'SIGTERM'
  does: string
  /** In a cluster: the grace that pods get in ms, their own when left out, and what the plan says of it. */
  inCluster: {graceMs?: number; first?: string}
}

/** A process that drains may take this long to end. */
const goneLimitMs = 3_000

const lookWhetherGone =
  (inverse: EndInverse) =>
  (replica: Replica): Look => {
    const {name, pid, state} = replica
    const was = inverse.pids[name]
    if (isSame(replica, inverse)) return {bit: 'no', says: `process ${was} still runs (${state})`}
    if (pid === 0) return {bit: 'yes', says: `process ${was} is gone`}
    if (inverse.held) return {bit: 'no', says: `process ${was} is gone, but ${pid} runs instead of nothing`}
    return {bit: 'yes', says: `process ${was} is gone, now ${pid} (${state})`}
  }

/** Looks whether each old process is gone, and stays so where it must. */
const observeGone = async (inverse: EndInverse, world: World): Promise<Evidence> => {
  const deadline = world.clock.now() + goneLimitMs
  const someRun = async (): Promise<boolean> =>
    (await replicasNamed(hittable(inverse), world)).some((replica) => isSame(replica, inverse))
  while ((await someRun()) && world.clock.now() < deadline) await world.clock.sleep(100, world.signal)
  return await lookAtEach(inverse, world, lookWhetherGone(inverse))
}

/** Ends the processes in their turn, each as it is when its turn comes. */
const endInTurn = async (
  signal: Ending['signal'],
  inverse: EndInverse,
  turn: TurnOptions & {id: string; lastsMs: number},
  world: World,
): Promise<void> => {
  const workloads = world.workloads()
  const ended: Victims = {pids: {}, started: {}}
  await hitInTurn(
    {
      ...turn,
      victims: hittable(inverse),
      hit: async (name) => {
        if (inverse.held) await workloads.setRespawn(name, false)
        const {pids, started} = await noteVictims([name], world)
        Object.assign(ended.pids, pids)
        Object.assign(ended.started, started)
        const pid = pids[name]
        if (pid) await workloads.signal(name, signal, pid)
      },
      isBack: async (name) => {
        const [now] = await replicasNamed([name], world)
        return now !== undefined && now.state === 'ready' && !isSame(now, ended)
      },
    },
    world,
  )
}

/** What the options ask of pods: the nearest that the right to delete pods allows. */
const podsAskedFor =
  ({graceMs}: Ending['inCluster']) =>
  ({workload, replica, count, percent, order, every, respawn}: EndOptions): PodsAsked => ({
    ...{workload, count, percent, order, every, graceMs},
    pod: replica,
    pick: 'random',
    evict: false,
    force: false,
    hold: respawn === 'never',
    readyWithinMs: parseDuration(readyWithinByDefault) ?? 0,
  })

/** Makes a fault that ends processes with a signal, and where they are pods, deletes those. */
export const endProcess = (ending: Ending): Fault<EndOptions, EndInverse | PodsInverse> =>
  byTarget(endWithSignal(ending), podsFault(podsAskedFor(ending.inCluster), ending.inCluster.first))

const letRespawn = async (inverse: EndInverse, world: World): Promise<void> => {
  if (inverse.held) await forAll(hittable(inverse), (replica) => world.workloads().setRespawn(replica, true))
}

const endWithSignal = ({summary, example, signal, does}: Ending): Fault<EndOptions, EndInverse> => ({
  summary,
  example,
  options: processOptions({
    respawn: z
      .enum(['immediately', 'never'])
      .default('immediately')
      .describe('`never` keeps the replica down until the fault ends: a lost machine.'),
  }),

  aim(options, target, random, lastsMs) {
    const replicas = chooseReplicas(options, target, random)
    checkTime(options, replicas.length, lastsMs)
    const stays = options.respawn === 'never' ? ', and keeps it down' : ''
    return {
      edges: [],
      replicas,
      ...(options.respawn === 'never' ? {holds: true as const} : {}),
      does: `${does} ${replicas.join(', ')}${inTurnWords(options, replicas.length)}${stays}`,
      undo: 'waits until ready again',
    }
  },

  async prepare({aim, options}, world) {
    return {...(await noteVictims(aim.replicas, world)), held: options.respawn === 'never'}
  },

  inject: ({id, options, startMs, endMs}, inverse, world) =>
    endInTurn(signal, inverse, {...options, id, lastsMs: endMs - startMs}, world),

  observe: (_fault, inverse, world) => observeGone(inverse, world),

  release: letRespawn,

  async undo(inverse, world) {
    await letRespawn(inverse, world)
    await forAll(hittable(inverse), (replica) => world.workloads().untilReady(replica, readyLimitMs))
  },

  remedy: (inverse) => `start ${hittable(inverse).join(', ')} again, then: shakedown restore`,
})
