import {readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startHotShop} from '../fakes/hot-shop.js'
import {newUser} from './cli.js'

const user = newUser()
let shop: {close(): Promise<void>}

const scenario = (name: string, alert: string): string => `name: ${name}
target: target.json
load: {profile: {constant: 40/s}, requests: [{name: browse, get: /}]}
phases: {warm-up: 1s, baseline: 0s, fault: 4s, recovery: 0s}
faults: []
rules: [rules.yaml]
objectives:
  - {openslo: slo.yaml, during: [fault]}
  - {alert: Freezing, during: [fault]}
  - {name: heat, query: job:heat:max, expect: "== 9", during: [fault]}
guards: [{alert: ${alert}}]
`

const rules = `groups:
  - name: g
    interval: 500ms
    rules:
      - {record: job:heat:max, expr: max by (job) (heat)}
      - {alert: Freezing, expr: "job:heat:max < 0"}
      - {alert: Hot, expr: "job:heat:max > 5", for: 1s}
      - {alert: Boiling, expr: "job:heat:max > 50"}
`

const slo = `apiVersion: openslo/v1
kind: SLO
metadata: {name: availability}
spec:
  indicator:
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(answers_total{code="200"}[5m]))'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(answers_total[5m]))'}}}
  budgetingMethod: Occurrences
  objectives: [{target: 0.9}]
`

const writeFiles = (): void => {
  const files = {
    'rules.yaml': rules,
    'slo.yaml': slo,
    'calm.yaml': scenario('calm', 'Boiling'),
    'hot.yaml': scenario('hot', 'Hot'),
    'judge-hot.yaml': scenario('judge-hot', 'Boiling').replace('Freezing', 'Hot'),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(user.home, name), text)
}

beforeAll(async () => {
  shop = await startHotShop(user.home)
  writeFiles()
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
    writeFiles()
  })

  it('is stopped by an alert that fires, after its own wait', async () => {
    const {code, stdout} = await user.run(['run', 'hot.yaml'])
    expect(stdout).toContain('the alert Hot fires')
    expect(code).toBe(1)
  })
})
