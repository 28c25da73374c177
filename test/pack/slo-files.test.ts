import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {newUser} from '../e2e/cli.js'
import {startHotShop, writeSloFiles} from '../fakes/hot-shop.js'

const user = newUser()
let shop: {close(): Promise<void>}

beforeAll(async () => {
  shop = await startHotShop(user.home)
  writeSloFiles(user.home)
})

afterAll(async () => {
  await shop.close()
})

const recordOf = (name: string): string => {
  const runs = join(user.home, '.shakedown/runs')
  const run = readdirSync(runs).find((one) => one.includes(name)) ?? ''
  return join(runs, run, 'record.jsonl.gz')
}

interface Judged {
  verdict: {objectives: {name: string; outcome: string; message: string}[]}
}

describe('a run by the SLOs and alerts that a team has', () => {
  it('is judged by them, and again from its record when the files are long gone', async () => {
    const {code, stdout, stderr} = await user.run(['run', 'calm.yaml', '--json'])
    // What --json prints of one run.
    const {runs} = JSON.parse(stdout) as {runs: Judged[]}
    const outcomes = runs[0]?.verdict.objectives.map(({name, outcome}) => `${name} ${outcome}`)
    expect(outcomes, stderr).toEqual(['availability pass', 'Freezing pass', 'heat pass'])

    const record = recordOf('calm')
    const other = await user.run(['judge', record, '--scenario', 'judge-hot.yaml'])
    expect(other.stdout.replaceAll(/\s+/g, ' ')).toContain('Hot was firing when the phase began')

    for (const file of ['rules.yaml', 'slo.yaml', 'calm.yaml']) rmSync(join(user.home, file))
    const again = await user.run(['judge', record, '--json'])
    expect(again.code, again.stderr).toBe(code)
    const asked = await user.run(['query', 'job:heat:max', '--record', record])
    expect(asked.stdout).toMatch(/9 {2}job:heat:max\{job="shop"\}/)
    writeSloFiles(user.home)
  })

  it('is stopped by an alert that fires, after its own wait', async () => {
    const {code, stdout} = await user.run(['run', 'hot.yaml'])
    expect(stdout).toContain('the alert Hot fires')
    expect(code).toBe(1)
  })
})
