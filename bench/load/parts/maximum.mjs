// The highest rate that pacer sustains on one core, and what it and its peers carry for a second of CPU.
import {closedLoopPeers} from '../closed-loop-peers.mjs'
import {sendWatched} from '../window.mjs'

const warmUp = 3
/** As the verdict has it: later than this, the generator was the bottleneck. */
const lateMs = 50
const coarse = 1.25
const fine = 1.05
const lowest = 500

/** One rate, after a warm-up: what the server says it was sent, and whether that was all of it and on time. */
const attempt = async ({server, options}, rate) => {
  const {totals, seconds, carried} = await sendWatched(server, {rate, seconds: options.seconds, skip: warmUp})
  const late = seconds.filter(({health}) => health.latenessMs.p99 > lateMs).length
  const sustained = carried.perSecond > 0.99 * rate && totals.skipped === 0 && late <= 0.1 * seconds.length
  return {rate, sustained, ...carried}
}

/** A failure is tried once again: somebody else may have had the core. */
const tried = async (world, rate) => {
  const first = await attempt(world, rate)
  const best = first.sustained ? first : await attempt(world, rate)
  console.error(
    `  ${rate}/s: ${best.sustained ? 'sustained' : 'not sustained'}, answered ${best.perSecond.toFixed(0)}/s`,
  )
  return best
}

/** Goes up from a rate that is sustained, or down from one that is not, and then closer; undefined when none is. */
const highestSustained = async (world) => {
  let found = await tried(world, world.options.from)
  let step = coarse
  for (let down = !found.sustained; down && found.rate > lowest; down = !found.sustained)
    found = await tried(world, Math.round(found.rate / coarse))
  if (!found.sustained) return undefined
  // Coming down, the next coarse step up is known not to hold.
  if (found.rate < world.options.from) step = fine
  for (;;) {
    const next = await tried(world, Math.round(found.rate * step))
    if (next.sustained) found = next
    else if (step === fine) return found
    else step = fine
  }
}

const against = (ours, peers, [name, least]) =>
  peers
    .filter((peer) => peer.name.startsWith(name))
    .flatMap((peer) => [
      {name: `rate as a multiple of ${peer.name}`, value: ours.perSecond / peer.perSecond, least},
      {
        name: `per CPU second as a multiple of ${peer.name}`,
        value: ours.perCpuSecond / peer.perCpuSecond,
        least,
      },
    ])

export const maximum = async (world) => {
  const ours = (await highestSustained(world)) ?? {perSecond: Number.NaN, perCpuSecond: Number.NaN}
  const peers = await closedLoopPeers(world)
  const rows = [
    ['pacer (open loop, sustained)', ours.perSecond, ours.perCpuSecond],
    ...peers.map(({name, perSecond, perCpuSecond}) => [`${name} (closed loop)`, perSecond, perCpuSecond]),
  ]
  return {
    title: 'Maximum on one core',
    columns: ['answers/s', 'answers per CPU second'],
    rows,
    notes: ['Answers are counted by the server and CPU by the kernel, over the same part of each run.'],
    checks: [
      ['wrk', 0.45],
      ['k6', 3],
    ].flatMap((factor) => against(ours, peers, factor)),
  }
}
