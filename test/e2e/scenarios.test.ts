import {readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {broken, newUser, type Result, shipped, up} from './cli.js'

const user = newUser()
let target: Target

beforeAll(async () => {
  target = await up(user)
})

afterAll(async () => {
  await user.run(['down'])
})

/** The one run of the command's JSON. */
const runOf = ({stdout}: Result) => JSON.parse(stdout).runs[0]

/** The runs as shipped, by scenario: later tests read their records. */
const passed = new Map<string, ReturnType<typeof runOf>>()

/**
 * Runs a scenario; once more when the run says that it was no experiment or decided nothing, as it must when the machine
 * was busy with something else. A pass or a fail counts at once.
 */
const decided = async (args: string[]): Promise<Result> => {
  const first = await user.run(['run', ...args, '--json', '--quiet', '--report', 'json'])
  const {outcome, verdict} = runOf(first)
  if (outcome !== 'invalid' && outcome !== 'inconclusive') return first
  process.stderr.write(`${args.join(' ')} is run again: ${verdict.summary}\n`)
  return await user.run(['run', ...args, '--json', '--quiet', '--report', 'json'])
}

const names = [
  'payment-slow',
  'catalog-replica-killed',
  'catalog-replica-frozen',
  'inventory-flaky',
  'order-database-cut',
]

describe.each(names)('%s', (name) => {
  it('passes as shipped', async () => {
    const result = await decided([shipped(name)])
    const {outcome, verdict, record} = runOf(result)
    passed.set(name, runOf(result))
    expect(outcome, verdict.summary).toBe('pass')
    expect(result.code).toBe(0)
    expect(await broken(target)).toEqual([])
    expect(record).toContain(name)
  })

  it('fails with its protections switched off, and in the objectives it names', async () => {
    const result = await decided([shipped(name), '--counterfactual'])
    const {verdict} = runOf(result)
    expect(verdict.outcome, verdict.summary).toBe('fail')
    expect(verdict.counterfactual.shown).toBe(true)
    expect(verdict.counterfactual.failed).toEqual(expect.arrayContaining(verdict.counterfactual.mustFail))
    expect(result.code).toBe(1)
    expect(await broken(target)).toEqual([])
  })
})

describe('a saved record', () => {
  it('gives the same verdict and every report again', async () => {
    const {outcome, verdict, record} = passed.get('payment-slow')
    const path = join(user.home, record)
    const again = await user.run(['judge', path, '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({outcome, objectives: verdict.objectives})
    for (const format of ['terminal', 'json', 'junit', 'markdown']) {
      const {code, stdout} = await user.run(['report', path, '--format', format])
      expect(code).toBe(0)
      expect(stdout).toContain('payment-slow')
    }
    expect(JSON.parse(readFileSync(join(dirname(path), 'report.json'), 'utf8')).outcome).toBe(outcome)

    const cut = join(dirname(path), 'cut.jsonl.gz')
    const whole = readFileSync(path)
    writeFileSync(cut, whole.subarray(0, whole.length / 2))
    expect((await user.run(['judge', cut])).code).toBe(3)
  })
})
