// How soon a phase is decided early, and how often wrongly: each second is a look at all of it so far.
import {noises, phaseOf} from './noise.mjs'

const target = 0.99
const seconds = 300
const perSecond = 100
const confidence = 0.99
/** What is allowed is 1 %: a third and three times of it are clear, 1.05 % is as good as the limit. */
const shares = [0.0033, 0.005, 0.0075, 0.0105, 0.0125, 0.02, 0.03]
const isClear = (share) => share <= 0.0034 || share >= 0.03
const isBad = (share) => share > 1 - target

/** When the phase is decided, in seconds, and how; looks are tried cheaply first, as most of them decide nothing. */
const decide = (blocks, {weigh, logShowsFewer, logShowsMore}) => {
  const enough = -Math.log((1 - confidence) / 2)
  let bad = 0
  for (let at = 1; at <= seconds; at++) {
    bad += blocks[at - 1].bad
    const counted = {bad, total: at * perSecond}
    // Bursts only take evidence away.
    if (Math.max(logShowsFewer(counted, 1 - target), logShowsMore(counted, 1 - target)) < enough) continue
    const {state} = weigh(blocks.slice(0, at), {target, confidence, tests: 1, wholeBlocks: seconds})
    if (state !== 'undecided') return {state, at}
  }
  return {state: 'undecided', at: seconds}
}

const simulate = (noise, share, runs, seed, parts) => {
  const random = parts.seededRandom(seed)
  const next = () => random.next()
  const counts = {met: 0, missed: 0, undecided: 0}
  const times = []
  for (let run = 0; run < runs; run++) {
    const {state, at} = decide(phaseOf(noise, {share, seconds, perSecond}, next), parts)
    counts[state]++
    times.push(at)
  }
  times.sort((one, other) => one - other)
  const mean = times.reduce((sum, at) => sum + at, 0) / runs
  return {...counts, mean, p95: times[Math.floor(0.95 * runs)]}
}

/** Prints the table; returns the worst share of time of the clear cases, and of wrong decisions. */
export const earlyStops = (runs, parts) => {
  console.log(
    `\n${runs} runs each, decided early: ${100 * target} % in ${seconds} s at ${perSecond}/s, looked at every second at confidence ${100 * confidence} %\n`,
  )
  console.log('| noise | true errors | met | missed | open | mean stop | p95 | of the fixed time |')
  console.log('|---|---|---|---|---|---|---|---|')
  const worst = {time: 0, wrong: 0, wrongAtLimit: 0}
  let seed = 1000
  const share = (count) => `${((100 * count) / runs).toFixed(1)}%`
  for (const noise of Object.keys(noises)) {
    for (const errors of shares) {
      const {met, missed, undecided, mean, p95} = simulate(noise, errors, runs, seed++, parts)
      const wrong = (isBad(errors) ? met : missed) / runs
      if (isClear(errors)) worst.time = Math.max(worst.time, mean / seconds)
      if (errors === 0.0105) worst.wrongAtLimit = Math.max(worst.wrongAtLimit, wrong)
      else worst.wrong = Math.max(worst.wrong, wrong)
      console.log(
        `| ${noise} | ${Number((100 * errors).toFixed(2))}% | ${share(met)} | ${share(missed)} | ${share(undecided)} | ${mean.toFixed(0)} s | ${p95} s | ${((100 * mean) / seconds).toFixed(0)}% |`,
      )
    }
  }
  return worst
}
