// Runs files in promqltest's language through the PromQL evaluator: node tools/promqltest.mjs FILE...
// Needs a build (npm run build). Exits with 1 when an evaluation failed; what is left out never counts as passed.
import {readFileSync} from 'node:fs'
import {basename} from 'node:path'
import {runPromqlTest} from '../dist/promql/promqltest/run.js'

const count = (outcomes, result) => outcomes.filter((outcome) => outcome.result === result).length

const summary = (outcomes) => {
  const [passed, failed, leftOut] = ['passed', 'failed', 'left out'].map((result) => count(outcomes, result))
  return `${passed} passed, ${failed} failed, ${leftOut} left out of ${outcomes.length}`
}

const reasonsOf = (outcomes) => {
  const counts = new Map()
  for (const {result, reason} of outcomes) {
    if (result === 'left out') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].sort(([, left], [, right]) => right - left)
}

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('Usage: node tools/promqltest.mjs FILE...')
  process.exitCode = 2
}
const all = []
for (const file of files) {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    console.error(`${file}: not read: ${cause.code}`)
    process.exitCode = 2
    continue
  }
  const outcomes = runPromqlTest(text)
  all.push(...outcomes)
  console.log(`${basename(file)}: ${summary(outcomes)}`)
  for (const [reason, times] of reasonsOf(outcomes)) console.log(`  left out ${times}: ${reason}`)
  for (const {result, line, expression, reason} of outcomes) {
    if (result === 'failed') console.log(`  FAILED line ${line}: ${expression}\n    ${reason}`)
  }
}
if (files.length > 0) console.log(`all: ${summary(all)}`)
if (count(all, 'failed') > 0) process.exitCode ??= 1
