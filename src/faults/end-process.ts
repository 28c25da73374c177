import {z} from 'zod'
import type {Evidence, Fault, World} from './fault.js'
import {
  chooseReplicas,
  pidsOf,
  type ReplicaOptions,
  readyLimitMs,
  replicaOptions,
  replicasNamed,
} from './replicas.js'

export interface EndOptions extends ReplicaOptions {
  respawn: 'immediately' | 'never'
}

export interface EndInverse {
  [key: string]: Record<string, number> | boolean
  pids: Record<string, number>
  held: boolean
}

/** What tells `kill` and `terminate` apart. */
interface Ending {
  summary: string
  example: string
  signal: 'SIGKILL' | 'SIGTERM'
  does: string
}

/** Looks whether each old process is gone; a draining one may take a moment. */
const observeGone = async ({pids}: EndInverse, world: World): Promise<Evidence> => {
  const deadline = world.clock.now() + 3_000
  for (;;) {
    const now = await replicasNamed(Object.keys(pids), world)
    const alive = now.filter(({name, pid}) => pid !== 0 && pid === pids[name])
    if (alive.length === 0) {
      const observations = now.map(
        ({name, pid}) => `${name}: process ${pids[name]} is gone${pid ? `, now ${pid}` : ''}`,
      )
      return {bit: 'yes', observations, numbers: {ended: now.length}}
    }
    if (world.clock.now() > deadline) {
      return {
        bit: 'no',
        observations: alive.map(({name, pid}) => `${name}: process ${pid} still runs`),
        numbers: {},
      }
    }
    await world.clock.sleep(100, world.signal)
  }
}

/** Makes a fault that ends processes with a signal. */
export const endProcess = ({summary, example, signal, does}: Ending): Fault<EndOptions, EndInverse> => ({
  summary,
  example,
  options: z.strictObject({
    ...replicaOptions,
    respawn: z
      .enum(['immediately', 'never'])
      .default('immediately')
      .describe('`never` keeps the replica down until the fault ends: a lost machine.'),
  }),

  aim(options, target, random) {
    const replicas = chooseReplicas(options, target, random)
    const stays = options.respawn === 'never' ? ', and keeps it down' : ''
    return {
      edges: [],
      replicas,
      does: `${does} ${replicas.join(', ')}${stays}`,
      undo: 'waits until ready again',
    }
  },

  async prepare({aim, options}, world) {
    return {pids: await pidsOf(aim.replicas, world), held: options.respawn === 'never'}
  },

  async inject(_fault, {pids, held}, world) {
    const workloads = world.workloads()
    for (const [replica, pid] of Object.entries(pids)) {
      if (held) await workloads.setRespawn(replica, false)
      await workloads.signal(replica, signal, pid)
    }
  },

  observe: (_fault, inverse, world) => observeGone(inverse, world),

  async undo({pids, held}, world) {
    const workloads = world.workloads()
    for (const replica of Object.keys(pids)) {
      if (held) await workloads.setRespawn(replica, true)
      await workloads.untilReady(replica, readyLimitMs)
    }
  },

  remedy: ({pids}) => `start ${Object.keys(pids).join(', ')} again, then: shakedown restore`,
})
