import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {CapacityResult} from '../../src/capacity/result.js'
import {resultOf} from '../../src/capacity/result.js'
import {readCapacity} from '../../src/workflows/capacity-record.js'
import {newUser} from '../e2e/cli.js'

const slots = 4
const serviceMs = 10
/** Requests a second: with fixed service times and even gaps, the line grows for ever beyond it. */
const truth = (slots * 1000) / serviceMs

const script = fileURLToPath(new URL('../../bench/capacity/slot-server.mjs', import.meta.url))
const server = spawn(process.execPath, [script, '--slots', String(slots), '--service', String(serviceMs)], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const user = newUser()

const scenario = `name: slots
target: ./target.yaml
load:
  profile: {constant: 100/s}
  timeout: 2s
  requests: [{name: work, get: /work}]
phases: {baseline: 5s, fault: 5s, recovery: 5s}
objectives:
  - {name: quick, latency: shakedown_load_request_duration_seconds, below: 300ms, target: 95%}
`

beforeAll(async () => {
  const [port] = await once(createInterface({input: server.stdout}), 'line')
  const url = `http://127.0.0.1:${port}`
  const target = `name: slots\nendpoints: {web: ${url}}\nmetrics: {scrape: {targets: [{url: ${url}/metrics, labels: {job: slots}}]}}\n`
  await writeFile(join(user.home, 'target.yaml'), target)
  await writeFile(join(user.home, 's.yaml'), scenario)
  const shop = scenario.replace('./target.yaml', 'reference').replace('/work', '/products')
  await writeFile(join(user.home, 'reference.yaml'), shop)
})

afterAll(() => server.stdin.end())

const search = ['capacity', 's.yaml', '--start', '120/s', '--budget', '20s', '--no-overload']

it('is interrupted, goes on where it was left, and brackets what the server can carry', async () => {
  const first = user.start([...search, '--at-least', '150/s'])
  for await (const line of createInterface({input: first.child.stderr ?? process.stdin})) {
    if (line.includes('rise at 240/s')) break
  }
  first.child.kill('SIGINT')
  const {code, stdout} = await first.done
  expect(code, stdout).toBe(130)
  const path = /^record: (.*)$/m.exec(stdout)?.[1] ?? ''
  const left = await readCapacity(join(user.home, path))
  expect(left.lines.at(-1)).toMatchObject({kind: 'capacity-end', ended: 'interrupted', residual: []})
  const tried = left.lines.filter(({kind}) => kind === 'trial').length
  expect(tried).toBeGreaterThanOrEqual(2)

  const resumed = await user.run(['capacity', '--resume', path, '--json', '--quiet'])
  const result = JSON.parse(resumed.stdout) as CapacityResult & {record: string}
  expect(result, resumed.stderr).toHaveProperty('whole')
  const {lower = 0, upper = Number.POSITIVE_INFINITY, trials, confirmed} = result.whole
  expect(trials.length).toBeGreaterThan(tried)
  expect(result.header.resumed).toBe(left.header.runId)
  expect(confirmed, resumed.stdout).toBe(true)
  // A busy machine may carry less than the server could; nothing may carry more.
  expect(lower).toBeGreaterThan(100)
  expect(lower).toBeLessThan(truth * 1.05)
  expect(upper).toBeGreaterThan(lower)
  expect(resumed.code).toBe(result.atLeast?.holds === 'yes' ? 0 : result.atLeast?.holds === 'no' ? 1 : 3)

  const saved = await readCapacity(join(user.home, result.record))
  expect(JSON.parse(JSON.stringify(resultOf(saved.header, saved.lines)))).toEqual({
    ...result,
    record: undefined,
  })

  const compared = await user.run(['capacity', 'compare', result.record, result.record])
  expect(compared.stdout).toMatch(/same within the bounds|nobody can tell/)
})

it.each([
  [['s.yaml', '--engine', 'autocannon'], /closed loop/],
  [['s.yaml', '--without', 'one:web'], /no workload "web"/],
  [['s.yaml', '--without', 'web'], /expected one:WORKLOAD/],
  [['s.yaml', '--with', 'latency'], /no fault "latency"/],
  [['reference.yaml', '--with', 'nope'], /no fault "nope"/],
  [['reference.yaml', '--without', 'one:nope'], /no workload "nope"/],
  [['s.yaml', '--without', 'each'], /no workload of target slots has several replicas/],
  [['s.yaml', '--at-least', '500'], /expected a rate/],
  [['s.yaml', '--replicas', '1,2'], /expected WORKLOAD=COUNT/],
  [[], /No scenario/],
  [['--resume', 'nowhere'], /no record at nowhere/],
] as const)('refuses %j before anything is started', async (args, message) => {
  const {code, stderr} = await user.run(['capacity', ...args])
  expect(stderr).toMatch(message)
  expect(stderr).not.toContain('starting')
  expect(code).toBe(2)
})
