// What one outage comes to: seconds in which nearly everything fails, in a phase that is well otherwise.
const background = 0.001
const inOutage = 0.98

/** How long an outage is in a phase of so many seconds, and what it must come to: nothing else is one. */
const outages = {
  'all but its first 3 s': {seconds: (phase) => phase - 3, must: 'fail', atStart: 3},
  'half of it': {seconds: (phase) => phase / 2, must: 'fail'},
  '3 s': {seconds: () => 3, must: 'inconclusive'},
  none: {seconds: () => 0, must: 'no fail'},
}

/** What an outage must come to where so much is asked for. */
const mustBe = ({seconds, must}, phase, target) => {
  // Three seconds in five minutes are within a budget of a tenth, and may well be within one of 2 %.
  if (must === 'inconclusive' && seconds(phase) < phase * (1 - target)) return 'no fail'
  // Where a tenth may be bad, ten seconds are two bursts of chance: one time in twenty.
  if (must === 'fail' && seconds(phase) <= 10 && target <= 0.9) return 'no pass'
  return must
}

const phaseWith = ({seconds, atStart}, phase, perSecond, next) => {
  const start = atStart ?? next() * (phase - seconds(phase))
  const end = start + seconds(phase)
  return Array.from({length: phase}, (_, second) => {
    const hit = Math.max(0, Math.min(second + 1, end) - Math.max(second, start))
    let bad = 0
    for (let event = 0; event < perSecond; event++) if (next() < (next() < hit ? inOutage : background)) bad++
    return {bad, total: perSecond}
  })
}

/** Prints the table; returns in how many runs an outage came to something else than it must. */
export const judgeOutages = (runs, {seededRandom}, decisionsOf) => {
  console.log(`\n${runs} runs each; one outage, 0.1 % errors otherwise, 60 requests a second\n`)
  console.log('| outage | phase | target | confidence | pass | fail | inconclusive | must be |')
  console.log('|---|---|---|---|---|---|---|---|')
  let wrong = 0
  let seed = 3000
  for (const [name, outage] of Object.entries(outages)) {
    for (const phase of [20, 30, 60, 300]) {
      for (const [target, confidence] of [
        [0.9, 0.95],
        [0.98, 0.95],
        [0.99, 0.99],
      ]) {
        const random = seededRandom(seed++)
        const counts = {pass: 0, fail: 0, inconclusive: 0}
        for (let run = 0; run < runs; run++)
          counts[
            decisionsOf(
              phaseWith(outage, phase, 60, () => random.next()),
              confidence,
              target,
            ).ours
          ]++
        const must = mustBe(outage, phase, target)
        wrong += must.startsWith('no ') ? counts[must.slice(3)] : runs - counts[must]
        const of = (count) => `${((100 * count) / runs).toFixed(1)}%`
        console.log(
          `| ${name} | ${phase} s | ${100 * target}% | ${100 * confidence}% | ${of(counts.pass)} | ${of(counts.fail)} | ${of(counts.inconclusive)} | ${must} |`,
        )
      }
    }
  }
  return wrong
}
