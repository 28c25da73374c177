import {EnvironmentError} from '../errors.js'
import {bytes, formatBytes} from '../scenarios/units.js'
import type {Replica} from '../targets/workloads.js'
import type {Aimed, Fault, World} from './fault.js'
import {refuseInCluster} from './pods/refuse-in-cluster.js'
import {checkTime, inTurnWords} from './processes/in-turn.js'
import type {Look} from './processes/look.js'
import {
  adjustPressure,
  injectPressure,
  lookUnderPressure,
  type PressureInverse,
  preparePressure,
  pressureRemedy,
  releasePressure,
  undoPressure,
} from './processes/pressure.js'
import {type ProcessOptions, processOptions} from './processes/process-options.js'
import {chooseReplicas} from './processes/replicas.js'

interface Options extends ProcessOptions {
  /** Bytes. */
  amount: number
}

/** Less than this drowns in the ups and downs of a process. */
const leastBytes = 16e6
/** A process may give some of its own memory back at the same time: so much of what was asked counts as grown. */
const enough = 0.8

const megabytes = (size: number): string => `${Math.round(size / 1e6)} MB`

/** Throws EnvironmentError when the machine cannot spare so much: it would be another experiment, on everything here. */
const checkRoom = async ({aim, options}: Aimed<Options>, world: World): Promise<void> => {
  const [name] = aim.replicas
  if (name === undefined) return
  const {availableBytes} = await world.workloads().pressure(name)
  const needed = options.amount * aim.replicas.length
  if (needed <= availableBytes) return
  const all =
    aim.replicas.length > 1 ? ` (${formatBytes(options.amount)} for each of ${aim.replicas.length})` : ''
  throw new EnvironmentError(
    `${formatBytes(needed)}${all} do not fit: the machine of ${name} can spare ${megabytes(availableBytes)}`,
    {hint: 'Ask for less, hit fewer replicas, or end what else uses memory there.'},
  )
}

/** Compares what the process says it holds, and what the kernel says it grew by, with what is asked. */
const lookAtMemory =
  (asked: number, inverse: PressureInverse, world: World) =>
  async ({name, pid}: Replica): Promise<Look> => {
    const {heldBytes, rssBytes} = await world.workloads().pressure(name)
    const before = inverse.before[name] ?? 0
    const grown = rssBytes - before
    const numbers = {
      'held MB': heldBytes / 1e6,
      'resident MB': rssBytes / 1e6,
      'resident MB before': before / 1e6,
    }
    const says = `process ${pid} holds ${megabytes(heldBytes)}; ${megabytes(rssBytes)} are resident (${megabytes(before)} before)`
    if (asked < leastBytes)
      return {bit: 'unknown', says: `${says}; too little is asked at this moment to tell`, numbers}
    if (heldBytes < asked * enough)
      return {bit: 'no', says: `${says}; asked for ${megabytes(asked)}`, numbers}
    if (grown >= asked * enough) return {bit: 'yes', says, numbers}
    return {bit: 'no', says: `${says}: the system took the rest out of memory (swapped out)`, numbers}
  }

/** Has replicas hold memory that they do not use: a leak, a cache that grew too large. */
export default {
  summary: 'Has replicas hold memory that they do not use: a leak, a cache that grew too large.',
  example: 'memory: {workload: order, amount: 256MB}',
  options: processOptions({
    amount: bytes
      .refine((size) => size >= leastBytes, 'expected at least "16MB": less cannot be told from noise')
      .describe('Memory that each replica holds; at least 16MB.'),
  }),

  aim(options, target, random, lastsMs) {
    refuseInCluster('memory', target)
    const replicas = chooseReplicas(options, target, random)
    checkTime(options, replicas.length, lastsMs)
    const turn = inTurnWords(options, replicas.length)
    const each = replicas.length > 1 ? 'has each of ' : 'has '
    const does = `${each}${replicas.join(', ')} hold ${formatBytes(options.amount)} of memory${turn}`
    return {edges: [], replicas, does, undo: 'gives it back'}
  },

  async prepare(fault, world) {
    await checkRoom(fault, world)
    return await preparePressure(
      fault,
      world,
      async ({name}) => (await world.workloads().pressure(name)).rssBytes,
    )
  },

  inject: (fault, inverse, world) =>
    injectPressure(fault, inverse, world, ({amount}, level) => ({memoryBytes: Math.round(amount * level)})),

  adjust: ({options}, inverse, level, world) =>
    adjustPressure(inverse, {memoryBytes: Math.round(options.amount * level)}, world),

  observe: ({options}, inverse, world, {level}) =>
    lookUnderPressure(inverse, world, lookAtMemory(options.amount * level, inverse, world)),

  release: releasePressure,
  undo: undoPressure,
  remedy: pressureRemedy,
} satisfies Fault<Options, PressureInverse>
