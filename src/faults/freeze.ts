import {z} from 'zod'
import type {Fault} from './fault.js'
import {
  chooseReplicas,
  pidsOf,
  type ReplicaOptions,
  readyLimitMs,
  replicaOptions,
  replicasNamed,
} from './replicas.js'

interface Inverse {
  [key: string]: Record<string, number>
  pids: Record<string, number>
}

/** Stops replicas without ending them (SIGSTOP): connections stay open and nothing answers. */
export default {
  summary: 'Stops replicas without ending them (SIGSTOP): connections stay open and nothing answers.',
  example: 'freeze: {workload: catalog}',
  options: z.strictObject(replicaOptions),

  aim(options, target, random) {
    const replicas = chooseReplicas(options, target, random)
    return {edges: [], replicas, does: `freezes ${replicas.join(', ')}`, undo: 'lets it run on (SIGCONT)'}
  },

  async prepare({aim}, world) {
    return {pids: await pidsOf(aim.replicas, world)}
  },

  async inject(_fault, {pids}, world) {
    for (const [replica, pid] of Object.entries(pids)) await world.workloads().signal(replica, 'SIGSTOP', pid)
  },

  async observe(_fault, {pids}, world) {
    const deadline = world.clock.now() + 4_000
    for (;;) {
      const now = await replicasNamed(Object.keys(pids), world)
      const silent = now.filter(({name, pid, state}) => pid === pids[name] && state === 'not-ready')
      const observations = now.map(({name, pid, state}) => `${name}: process ${pid} is ${state}`)
      if (silent.length === now.length) return {bit: 'yes', observations, numbers: {frozen: silent.length}}
      if (world.clock.now() > deadline) return {bit: 'no', observations, numbers: {frozen: silent.length}}
      await world.clock.sleep(100, world.signal)
    }
  },

  async undo({pids}, world) {
    const workloads = world.workloads()
    for (const {name, pid} of await replicasNamed(Object.keys(pids), world)) {
      // Another process id means that somebody restarted it: there is nothing to let run on.
      if (pid !== 0 && pid === pids[name]) await workloads.signal(name, 'SIGCONT', pid)
      await workloads.untilReady(name, readyLimitMs)
    }
  },

  remedy: ({pids}) => `kill -CONT ${Object.values(pids).join(' ')}`,
} satisfies Fault<ReplicaOptions, Inverse>
