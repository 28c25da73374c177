import {readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {newUser, up} from './cli.js'
import {itProvesItself, type runOf} from './shipped-scenario.js'

const user = newUser()
let target: Target

beforeAll(async () => {
  target = await up(user)
})

afterAll(async () => {
  await user.run(['down'])
})

/** The run as shipped: the last test reads its record. */
let passed: ReturnType<typeof runOf>

describe('payment-slow', () => {
  itProvesItself(
    'payment-slow',
    user,
    () => target,
    (run) => {
      passed = run
    },
  )
})

describe('a saved record', () => {
  it('gives the same verdict and every report again', async () => {
    const {outcome, verdict, record} = passed
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
