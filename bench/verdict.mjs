// How often a verdict is wrong, by simulation with fixed seeds: node bench/verdict.mjs [--runs 300]
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {rolldown} from 'rolldown'
import {earlyStops} from './verdict/early.mjs'
import {noises, phaseOf, unseen} from './verdict/noise.mjs'
import {judgeOutages} from './verdict/outages.mjs'

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
const {seededRandom, dispersionOf, clopperPearson, decide, shareInterval, worthOf} = parts

/** The interval as the verdict makes it, and as it would be were the events independent. */
const decisionsOf = (blocks, confidence, target) => {
  const bad = blocks.reduce((sum, block) => sum + block.bad, 0)
  const total = blocks.reduce((sum, block) => sum + block.total, 0)
  const worth = worthOf({bad, total}, dispersionOf(blocks, confidence), confidence)
  const interval = shareInterval({bad, total}, worth, confidence)
  const plain = clopperPearson(total - bad, total, confidence)
  return {
    interval,
    ours: decide(interval, target),
    naive: decide(plain, target),
    wider: (interval.high - interval.low) / (plain.high - plain.low),
  }
}

const share = (count) => `${((100 * count) / runs).toFixed(1)}%`

const target = 0.99
const simulate = (noise, phase, confidence, seed) => {
  const random = seededRandom(seed)
  const next = () => random.next()
  const counts = {pass: 0, fail: 0, inconclusive: 0, naivePass: 0, naiveFail: 0, covered: 0, wider: 0}
  for (let run = 0; run < runs; run++) {
    const {interval, ours, naive, wider} = decisionsOf(phaseOf(noise, phase, next), confidence, target)
    counts[ours]++
    counts.wider += wider / runs
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

/** Prints the table of some models; returns how often verdicts were wrong, and the intervals held the truth. */
const judgeNoises = (models, firstSeed) => {
  console.log(
    '| noise | phase | true errors | pass | fail | inconclusive | interval holds the truth | as wide as of independent events | taken as independent: pass, fail |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|')
  const wrong = {fail: 0, worstPass: 0}
  /** Of the interval, by noise: in the worst kind of phase, and in all of them. */
  const covered = new Map(models.map((noise) => [noise, {least: runs, sum: 0}]))
  let seed = firstSeed
  for (const noise of models) {
    for (const length of lengths) {
      for (const errors of [0.005, 0.01, 0.02]) {
        const counts = simulate(noise, {...length, share: errors}, 0.99, seed++)
        const {least, sum} = covered.get(noise)
        covered.set(noise, {least: Math.min(least, counts.covered), sum: sum + counts.covered})
        if (errors === 0.005) wrong.fail += counts.fail
        if (errors === 0.02) wrong.worstPass = Math.max(wrong.worstPass, counts.pass)
        console.log(
          `| ${noise} | ${length.seconds} s at ${length.perSecond}/s | ${100 * errors}% | ${share(counts.pass)} | ${share(counts.fail)} | ${share(counts.inconclusive)} | ${share(counts.covered)} | ${counts.wider.toFixed(2)} | ${share(counts.naivePass)}, ${share(counts.naiveFail)} |`,
        )
      }
    }
  }
  return {wrong, covered}
}

const line = (met, what) => console.log(`\n${met ? 'met   ' : 'MISSED'} ${what}`)
// A simulation of so many runs is itself uncertain: three standard errors below 99 % are within it.
const nominal = 0.99 - 3 * Math.sqrt((0.99 * 0.01) / runs)
const report = ({wrong, covered}, isNominal) => {
  line(wrong.fail === 0, `false fails of a healthy system (0.5 % errors), all noises: ${wrong.fail} (0)`)
  line(
    wrong.worstPass <= runs / 100,
    `false passes of a sick one (2 % errors), worst noise: ${share(wrong.worstPass)} (≤ 1 %)`,
  )
  for (const [noise, {least, sum}] of covered) {
    const held = `the interval holds the truth, ${noise}, worst phase: ${share(least)}, all phases: ${share(sum / (3 * lengths.length))}`
    if (isNominal)
      line(least / runs >= nominal, `${held} (99 %, in ${runs} runs ≥ ${(100 * nominal).toFixed(1)} %)`)
    else console.log(`       ${held}`)
  }
}

console.log(`${runs} runs each; an objective of ${100 * target} % at confidence 99 %\n`)
report(judgeNoises(Object.keys(noises), 1), true)
console.log('\nThe same under noise that was not looked at while the intervals were made')
console.log('(a phase that happens to hold no spell, or half a tide, does not know that there are any)\n')
report(judgeNoises(Object.keys(unseen), 500), false)
const otherwise = judgeOutages(runs, parts, decisionsOf)
line(otherwise === 0, `outages that came to something else than they must: ${otherwise} (0)`)
const early = earlyStops(runs, parts)
const worst = (part) => `${(100 * part).toFixed(1)}%`
line(
  early.time <= 0.3,
  `early stop of clear cases, worst noise: ${worst(early.time)} of the fixed time (≤ 30 %)`,
)
line(early.wrong <= 0.01, `wrong early decisions, worst noise and share: ${worst(early.wrong)} (≤ 1 %)`)
console.log(`       a hair beyond the limit (1.05 %), worst noise: ${worst(early.wrongAtLimit)} wrong`)
