import {existsSync, writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {newWorkspace, shippedAction, useAction} from '../fakes/github-runner.js'

/** A system that answers, and counts. */
let server: Server
let port = 0

beforeAll(async () => {
  let count = 0
  server = createServer((request, response) => {
    if (request.url === '/metrics') response.end(`requests_total{code="200"} ${count}\n`)
    else {
      count++
      response.end('ok')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const scenario = (name: string, target: string): string => `name: ${name}
summary: It answers.
target: target.yaml
load:
  profile: {constant: 60/s}
  requests:
    - {name: home, get: /}
phases: {warm-up: 500ms, baseline: 2s, fault: 3s, recovery: 1s}
objectives:
  - name: answers
    good: requests_total{code="200"}
    total: requests_total
    target: ${target}
    during: [fault]
`

const workspace = (): string => {
  const folder = newWorkspace()
  writeFileSync(
    join(folder, 'target.yaml'),
    `name: tiny
endpoints: {web: 'http://127.0.0.1:${port}'}
metrics: {scrape: {every: 250ms, targets: [{url: 'http://127.0.0.1:${port}/metrics', labels: {job: web}}]}}
`,
  )
  return folder
}

describe('the action', () => {
  it('explains every input, and takes none as text of a script', () => {
    const {inputs, runs} = shippedAction()
    expect(Object.values(inputs).every(({description}) => description.endsWith('.'))).toBe(true)
    expect(runs.using).toBe('composite')
    expect(runs.steps.filter(({run}) => run.includes('${' + '{'))).toEqual([])
  })

  it('hands on what the run showed: outputs, summary, annotations, reports', async () => {
    const folder = workspace()
    writeFileSync(join(folder, 'a b.yaml'), scenario('spaced', '90%'))
    const used = await useAction(folder, {scenario: 'a*.yaml', reports: 'junit, badge', args: '--seed\n7'})
    const {code, outputs, summary, log} = used
    expect(outputs['outcome'], log).toMatch(/^(pass|inconclusive|invalid)$/)
    expect(outputs['exit-code']).toBe(String(code))
    expect(log).toContain('Seed    7')
    expect(log).toMatch(/^::(notice|warning) file=a b\.yaml,line=1,title=spaced%3A /m)
    expect(summary).toMatch(/^### . spaced: /)
    const files = [outputs['record'], ...(outputs['report'] ?? '').split('\n')]
    expect(files.map((path = '') => path.split('/').at(-1))).toEqual([
      'record.jsonl.gz',
      'report.xml',
      'report.svg',
    ])
    for (const path of files) expect(existsSync(join(folder, path ?? '')), path).toBe(true)
    if (code !== 0)
      expect(log).toMatch(/^exit 3: (inconclusive|invalid): .*--allow-inconclusive turns it into 0$/m)
  })

  it('fails with the code of shakedown where nothing was run, and names the problem', async () => {
    const folder = workspace()
    writeFileSync(join(folder, 'bad.yaml'), 'name: bad\nlode: {}\n')
    const {code, outputs, log} = await useAction(folder, {scenario: 'bad.yaml\nmissing-*.yaml\n'})
    expect(code).toBe(2)
    expect(outputs).toMatchObject({'exit-code': '2', outcome: '', record: ''})
    expect(log).toMatch(/bad\.yaml:2:1/)
    expect(log).toContain('missing-*.yaml')
  })

  it('runs nothing that an input holds', async () => {
    const folder = workspace()
    const evil = '$(touch owned) `touch owned` "; touch owned; "'
    const {code} = await useAction(folder, {scenario: evil, args: evil, baseline: evil, reports: 'junit'})
    expect(code).toBe(2)
    expect(existsSync(join(folder, 'owned'))).toBe(false)
  })

  it('says what to do when shakedown is not installed', async () => {
    const {code, log} = await useAction(join(workspace(), 'node_modules'), {scenario: 'x.yaml'})
    expect(code).toBe(4)
    expect(log).toContain('::error::shakedown is not installed')
  })
})
