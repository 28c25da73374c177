// How often a verdict is wrong, by simulation with fixed seeds: node bench/verdict.mjs [--runs 300]
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {rolldown} from 'rolldown'
import {earlyStops} from './verdict/early.mjs'
import {noises, phaseOf} from './verdict/noise.mjs'

/** The code under test, as it stands in src/. */
const load = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-verdict-'))
  try {
    const parts = [
      'verdict/statistics/index.ts',
      'system/random.ts',
      'verdict/early/weigh.ts',
      'verdict/early/e-value.ts',
    ]
    const input = Object.fromEntries(
      parts.map((part, at) => [`part${at}`, fileURLToPath(new URL(`../src/${part}`, import.meta.url))]),
    )
    const bundle = await rolldown({input, platform: 'node'})
    await bundle.write({dir: folder, format: 'esm', entryFileNames: '[name].mjs'})
    const loaded = await Promise.all(parts.map((_, at) => import(join(folder, `part${at}.mjs`))))
    return Object.assign({}, ...loaded)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

const {values} = parseArgs({options: {runs: {type: 'string', default: '300'}}})
const runs = Number(values.runs)
const parts = await load()
const {seededRandom, dispersionOf, clopperPearson, decide} = parts

const target = 0.99
/** The interval as the verdict makes it, and as it would be were the events independent. */
const decisionsOf = (blocks, confidence) => {
  const bad = blocks.reduce((sum, block) => sum + block.bad, 0)
  const total = blocks.reduce((sum, block) => sum + block.total, 0)
  const worth = dispersionOf(blocks, confidence).effective / total
  const interval = clopperPearson((total - bad) * worth, total * worth, confidence)
  return {
    interval,
    ours: decide(interval, target),
    naive: decide(clopperPearson(total - bad, total, confidence), target),
  }
}

const share = (count) => `${((100 * count) / runs).toFixed(1)}%`

const simulate = (noise, phase, confidence, seed) => {
  const random = seededRandom(seed)
  const next = () => random.next()
  const counts = {pass: 0, fail: 0, inconclusive: 0, naivePass: 0, naiveFail: 0, covered: 0}
  for (let run = 0; run < runs; run++) {
    const {interval, ours, naive} = decisionsOf(phaseOf(noise, phase, next), confidence)
    counts[ours]++
    if (naive === 'pass') counts.naivePass++
    if (naive === 'fail') counts.naiveFail++
    if (interval.low <= 1 - phase.share && 1 - phase.share <= interval.high) counts.covered++
  }
  return counts
}

const lengths = [
  {seconds: 30, perSecond: 100},
  {seconds: 45, perSecond: 100},
  {seconds: 60, perSecond: 100},
  {seconds: 300, perSecond: 50},
]

console.log(`${runs} runs each; an objective of ${100 * target} % at confidence 99 %\n`)
console.log(
  '| noise | phase | true errors | pass | fail | inconclusive | interval holds the truth | taken as independent: pass, fail |',
)
console.log('|---|---|---|---|---|---|---|---|')
const wrong = {fail: 0, worstPass: 0}
/** Of the interval, by noise. */
const leastCovered = new Map(Object.keys(noises).map((noise) => [noise, runs]))
let seed = 1
for (const noise of Object.keys(noises)) {
  for (const length of lengths) {
    for (const errors of [0.005, 0.01, 0.02]) {
      const counts = simulate(noise, {...length, share: errors}, 0.99, seed++)
      leastCovered.set(noise, Math.min(leastCovered.get(noise), counts.covered))
      if (errors === 0.005) wrong.fail += counts.fail
      if (errors === 0.02) wrong.worstPass = Math.max(wrong.worstPass, counts.pass)
      console.log(
        `| ${noise} | ${length.seconds} s at ${length.perSecond}/s | ${100 * errors}% | ${share(counts.pass)} | ${share(counts.fail)} | ${share(counts.inconclusive)} | ${share(counts.covered)} | ${share(counts.naivePass)}, ${share(counts.naiveFail)} |`,
      )
    }
  }
}
const line = (met, what) => console.log(`\n${met ? 'met   ' : 'MISSED'} ${what}`)
line(wrong.fail === 0, `false fails of a healthy system (0.5 % errors), all noises: ${wrong.fail} (0)`)
line(
  wrong.worstPass <= runs / 100,
  `false passes of a sick one (2 % errors), worst noise: ${share(wrong.worstPass)} (≤ 1 %)`,
)
// A simulation of so many runs is itself uncertain: three standard errors below 99 % are within it.
const nominal = 0.99 - 3 * Math.sqrt((0.99 * 0.01) / runs)
for (const [noise, covered] of leastCovered)
  line(
    covered / runs >= nominal,
    `the interval holds the truth, ${noise}, worst phase: ${share(covered)} (99 %, in ${runs} runs ≥ ${(100 * nominal).toFixed(1)} %)`,
  )
const early = earlyStops(runs, parts)
const worst = (part) => `${(100 * part).toFixed(1)}%`
line(
  early.time <= 0.3,
  `early stop of clear cases, worst noise: ${worst(early.time)} of the fixed time (≤ 30 %)`,
)
line(early.wrong <= 0.01, `wrong early decisions, worst noise and share: ${worst(early.wrong)} (≤ 1 %)`)
console.log(`       a hair beyond the limit (1.05 %), worst noise: ${worst(early.wrongAtLimit)} wrong`)
