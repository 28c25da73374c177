// Adds up vitest's JSON results in a folder and prints the one line that closes a CI run: `N passed, N failed, N skipped`.
// Before it, every test that passed only when it was tried again: each is a weakness of a test or of the product.
// With --no-skips a skipped test is a failure: where the real components are installed, nothing may be left out.
import {readdirSync, readFileSync} from 'node:fs'
import {join, relative} from 'node:path'

const [folder, ...flags] = process.argv.slice(2)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const results = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
const sum = (key) => results.reduce((total, result) => total + result[key], 0)

/** Vitest keeps what failed in the tries before: a test that passed at once has no failure to tell of. */
const secondTries = results
  .flatMap(({testResults}) => testResults)
  .flatMap(({name: file, assertionResults}) =>
    assertionResults
      .filter(({status, failureMessages}) => status === 'passed' && failureMessages.length > 0)
      .map(({fullName, failureMessages: [failure]}) => ({file: relative('', file), fullName, failure})),
  )
console.log(`passed on a second try: ${secondTries.length}`)
for (const {file, fullName, failure} of secondTries)
  console.log(`SECOND TRY: ${file}: ${fullName}\n            at first: ${failure.split('\n')[0]}`)

const [passed, skipped] = [sum('numPassedTests'), sum('numPendingTests') + sum('numTodoTests')]
// A file that could not even be loaded has no tests to count.
const failed =
  sum('numFailedTests') + results.filter((result) => !result.success && result.numFailedTests === 0).length
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
if (failed > 0 || passed === 0 || (flags.includes('--no-skips') && skipped > 0)) process.exitCode = 1
