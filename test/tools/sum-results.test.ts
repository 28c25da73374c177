import {execFile} from 'node:child_process'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {describe, expect, it} from 'vitest'

const tool = fileURLToPath(new URL('../../tools/sum-results.mjs', import.meta.url))
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

/** Runs a script of Node to its end, whatever that is. */
const run = async (script: string, args: string[]): Promise<{code: number; lines: string[]}> => {
  const {CI: _ci, VITEST: _vitest, ...env} = process.env
  const {code, stdout} = await promisify(execFile)(process.execPath, [script, ...args], {env}).then(
    (ended) => ({code: 0, ...ended}),
    (ended: {code: number; stdout: string}) => ended,
  )
  return {code, lines: stdout.trim().split('\n')}
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'shakedown-sums-'))

/** A suite's results, as vitest writes them. */
const suite = (change: object): object => ({
  numPassedTests: 2,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  success: true,
  testResults: [],
  ...change,
})

const summed = async (suites: object[], ...flags: string[]) => {
  const folder = newFolder()
  for (const [index, one] of suites.entries())
    writeFileSync(join(folder, `${index}.json`), JSON.stringify(one))
  return await run(tool, [folder, ...flags])
}

describe('the sum of all suites', () => {
  it.each<[what: string, suites: object[], flags: string[], code: number, last: string]>([
    ['all is well', [suite({}), suite({numPassedTests: 3})], [], 0, '5 passed, 0 failed, 0 skipped'],
    ['one failed', [suite({numFailedTests: 1, success: false})], [], 1, '2 passed, 1 failed, 0 skipped'],
    ['a file did not load', [suite({success: false})], [], 1, '2 passed, 1 failed, 0 skipped'],
    ['nothing ran', [suite({numPassedTests: 0})], [], 1, '0 passed, 0 failed, 0 skipped'],
    ['one was skipped', [suite({numPendingTests: 1})], [], 0, '2 passed, 0 failed, 1 skipped'],
    [
      'one was skipped where none may',
      [suite({numTodoTests: 1})],
      ['--no-skips'],
      1,
      '2 passed, 0 failed, 1 skipped',
    ],
  ])('is one plain line at the end: %s', async (_, suites, flags, code, last) => {
    const result = await summed(suites, ...flags)
    expect([result.code, result.lines.at(-1)]).toEqual([code, last])
    expect(result.lines).toContain('passed on a second try: 0')
  })

  it('names what vitest had to try again, and why, before that line', async () => {
    const folder = newFolder()
    const tests = `let tries = 0
describe('a pool', () => {
  it('is calm', () => {})
  it('has moods', () => expect(++tries).toBe(2))
  it('is broken', () => expect(1).toBe(2))
})`
    writeFileSync(join(folder, 'moods.test.js'), tests)
    const results = join(folder, 'results')
    mkdirSync(results)
    const reporter = ['--reporter', 'json', '--outputFile', join(results, 'all.json')]
    await run(vitest, ['run', '--root', folder, '--globals', '--retry', '1', ...reporter])
    const {code, lines} = await run(tool, [results])
    expect(lines).toEqual([
      'passed on a second try: 1',
      expect.stringMatching(/^SECOND TRY: .*moods\.test\.js: a pool has moods$/),
      expect.stringMatching(/^ +at first: AssertionError: expected 1 to be 2/),
      '2 passed, 1 failed, 0 skipped',
    ])
    expect(code).toBe(1)
  })
})
