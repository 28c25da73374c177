import type {Replica} from '../targets/workloads.js'
import type {Fault, World} from './fault.js'
import {refuseInCluster} from './pods/refuse-in-cluster.js'
import {checkTime, hitInTurn, inTurnWords} from './processes/in-turn.js'
import {type Look, lookAtEach} from './processes/look.js'
import {type ProcessOptions, processOptions} from './processes/process-options.js'
import {chooseReplicas} from './processes/replicas.js'
import {
  forAll,
  hittable,
  ifSame,
  isSame,
  noteVictims,
  readyLimitMs,
  type Victims,
} from './processes/victims.js'

interface Inverse extends Victims {
  [key: string]: Record<string, number>
}

const lookWhetherFrozen =
  (victims: Victims, world: World) =>
  async (replica: Replica): Promise<Look> => {
    const {name, pid, state} = replica
    const was = `process ${victims.pids[name]}`
    if (pid === 0) return {bit: 'no', says: `${was} has ended`}
    if (!isSame(replica, victims))
      return {bit: 'no', says: `${was} was started again as ${pid}, which nobody froze`}
    // The kernel knows it at once; the supervisor only after some unanswered questions.
    const {stopped} = await world.workloads().pressure(name)
    return {bit: stopped ? 'yes' : 'no', says: `${was} is ${stopped ? 'stopped' : 'not stopped'} (${state})`}
  }

const letRun = (victims: Victims, world: World): Promise<void> =>
  forAll(hittable(victims), (name) =>
    ifSame(name, victims, world, (pid) => world.workloads().signal(name, 'SIGCONT', pid)),
  )

/** Stops replicas without ending them (SIGSTOP): connections stay open and nothing answers. */
export default {
  summary: 'Stops replicas without ending them (SIGSTOP): connections stay open and nothing answers.',
  example: 'freeze: {workload: catalog}',
  options: processOptions({}),

  aim(options, target, random, lastsMs) {
    refuseInCluster('freeze', target)
    const replicas = chooseReplicas(options, target, random)
    checkTime(options, replicas.length, lastsMs)
    const does = `freezes ${replicas.join(', ')}${inTurnWords(options, replicas.length)}`
    return {edges: [], replicas, holds: true, does, undo: 'lets it run on (SIGCONT)'}
  },

  async prepare({aim}, world) {
    return {...(await noteVictims(aim.replicas, world))}
  },

  async inject({id, options, startMs, endMs}, victims, world) {
    const hit = (name: string): Promise<void> =>
      ifSame(name, victims, world, (pid) => world.workloads().signal(name, 'SIGSTOP', pid))
    const lastsMs = endMs - startMs
    await hitInTurn(
      {...options, id, lastsMs, victims: hittable(victims), hit, isBack: async () => false},
      world,
    )
  },

  observe: (_fault, victims, world) => lookAtEach(victims, world, lookWhetherFrozen(victims, world)),

  release: letRun,

  async undo(victims, world) {
    await letRun(victims, world)
    await forAll(hittable(victims), (name) => world.workloads().untilReady(name, readyLimitMs))
  },

  remedy: (victims) =>
    `kill -CONT ${hittable(victims)
      .map((name) => victims.pids[name])
      .join(' ')}`,
} satisfies Fault<ProcessOptions, Inverse>
