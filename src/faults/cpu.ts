import {probeEdge} from '../clients/probe.js'
import {positiveFraction} from '../scenarios/units.js'
import type {PressureReading, Replica} from '../targets/workloads.js'
import type {Fault, World} from './fault.js'
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
  /** A fraction below 1. */
  take: number
}

const most = 0.99
const probeLimitMs = 2_000
/** Apart by no divisor of the throttle's period of 100 ms, so that not all of them meet the same part of it. */
const probePauseMs = 37
/** Long enough for ten periods of the throttle. */
const lookMs = 1_000
/** Timers are late on a busy machine: so much of what was asked counts as taken. */
const enough = 0.7

const percent = (share: number): string => `${Math.round(share * 100)} %`

/** Mean time to an answer of the replica itself, in milliseconds. */
const probeMean = async ({url}: Replica, probes: number, pauseMs: number, world: World): Promise<number> => {
  let sumMs = 0
  for (let probe = 0; probe < probes; probe++) {
    const {ms} = await probeEdge(new URL(url).host, {kind: 'http', path: '/livez'}, {limitMs: probeLimitMs})
    sumMs += ms
    await world.clock.sleep(pauseMs, world.signal)
  }
  return sumMs / probes
}

/** What became of the time between two readings. */
const sharesOf = (first: PressureReading, last: PressureReading) => {
  const tookMs = last.atMs - first.atMs
  return {
    stopped: (last.stoppedMs - first.stoppedMs) / tookMs,
    cpu: (last.cpuMs - first.cpuMs) / tookMs,
  }
}

/** Measures over a second how much of its time was taken, how much CPU it used, and how long a probe waited. */
const lookAtCpu =
  (take: number, inverse: PressureInverse, world: World) =>
  async (replica: Replica): Promise<Look> => {
    const {name, pid} = replica
    const workloads = world.workloads()
    const first = await workloads.pressure(name)
    const [probeMs] = await Promise.all([
      probeMean(replica, 8, probePauseMs, world),
      world.clock.sleep(lookMs, world.signal),
    ])
    const shares = sharesOf(first, await workloads.pressure(name))
    const beforeMs = inverse.before[name] ?? 0
    const probe = `a probe took ${probeMs.toFixed(1)} ms (${beforeMs.toFixed(1)} ms before)`
    const says = `process ${pid} was stopped for ${percent(shares.stopped)} of the time, used ${percent(shares.cpu)} of a CPU; ${probe}`
    const numbers = {'stopped share': shares.stopped, 'CPU share': shares.cpu, 'probe ms': probeMs}
    if (take === 0) return {bit: 'unknown', says: `${says}; nothing is asked at this moment`, numbers}
    return {bit: shares.stopped >= take * enough ? 'yes' : 'no', says, numbers}
  }

/** Takes a share of the CPU time from replicas: a noisy neighbour, a throttled container. */
export default {
  summary: 'Takes a share of the CPU time from replicas: a noisy neighbour, a throttled container.',
  example: 'cpu: {workload: catalog, take: 80%}',
  options: processOptions({
    take: positiveFraction
      .refine((share) => share <= most, 'takes at most 99%: all of it is what `freeze` does')
      .describe('Share of its time that each replica is kept from running; at most 99%.'),
  }),

  aim(options, target, random, lastsMs) {
    refuseInCluster('cpu', target)
    const replicas = chooseReplicas(options, target, random)
    checkTime(options, replicas.length, lastsMs)
    const turn = inTurnWords(options, replicas.length)
    const does = `takes ${percent(options.take)} of the CPU time of ${replicas.join(', ')}${turn}`
    return {edges: [], replicas, does, undo: 'lets it run all the time'}
  },

  prepare: (fault, world) => preparePressure(fault, world, (replica) => probeMean(replica, 5, 5, world)),

  inject: (fault, inverse, world) =>
    injectPressure(fault, inverse, world, ({take}, level) => ({cpu: take * level})),

  adjust: ({options}, inverse, level, world) => adjustPressure(inverse, {cpu: options.take * level}, world),

  observe: ({options}, inverse, world, {level}) =>
    lookUnderPressure(inverse, world, lookAtCpu(options.take * level, inverse, world)),

  release: releasePressure,
  undo: undoPressure,
  remedy: pressureRemedy,
} satisfies Fault<Options, PressureInverse>
