import {mkdtemp, readdir, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {exitLine} from '../../src/reporters/exit-line.js'
import type {Report} from '../../src/reporters/reporter.js'
import {checkDeliveries} from '../../src/workflows/deliver.js'
import {type Publishing, publishRun} from '../../src/workflows/publish-run.js'
import {grafanaReply, type Receiver, startReceiver} from '../fakes/receiver.js'
import {type Variant, variantRecord, variantReport} from '../fakes/record-variants.js'
import {saveRecord} from '../fakes/save-record.js'

let server: Receiver | undefined
afterEach(async () => await server?.close())

const published = async (
  variant: Variant,
  flags: Publishing,
  change: (report: Report, folder: string) => Promise<void> = async () => {},
) => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-publish-'))
  const report = variantReport(variant)
  report.recordPath = await saveRecord(folder, variantRecord(variant))
  await change(report, folder)
  const [printed, warned]: [string[], string[]] = [[], []]
  const result = await publishRun(report, flags, {
    signal: new AbortController().signal,
    print: (text) => void printed.push(text),
    progress: {write: (text) => warned.push(text)},
    terminal: {columns: 80},
  })
  return {folder, result, printed: printed.join('\n'), warned: warned.join('')}
}

describe('publishRun', () => {
  it('shows the verdict, writes what was asked for, and remembers the verdict', async () => {
    const {folder, printed, warned} = await published('fail', {report: ['terminal', 'metrics', 'badge']})
    expect(printed).toMatch(/^✘ FAIL/)
    expect((await readdir(folder)).sort()).toEqual([
      'record.jsonl.gz',
      'record.verdict.json',
      'report.prom',
      'report.svg',
    ])
    expect(warned).toBe('')
  })

  it('sends to Grafana and to a receiver, and warns of the one that refuses', async () => {
    server = await startReceiver((request) =>
      request.path === '/write' ? {status: 204, body: ''} : grafanaReply(request),
    )
    const flags = {report: [], grafana: server.url, 'remote-write': `${server.url}/write`}
    const {result, warned} = await published('pass', flags)
    expect(warned).toMatch(/^Warning: Grafana at .* status 401.*Set GRAFANA_TOKEN to the token .*\n$/)
    expect(server.received.filter(({path}) => path === '/write')).toHaveLength(1)
    expect(result.verdict.outcome).toBe('pass')
  })

  it.each([
    {report: ['junit'], warns: true},
    {report: ['junit', 'markdown'], warns: false},
    {report: ['terminal'], warns: false},
  ])('warns where $report shows nothing of a baseline: $warns', async ({report, warns}) => {
    const {warned} = await published('pass', {report, baseline: 'no-such-runs'})
    expect(warned.includes('add --report markdown')).toBe(warns)
  })

  it('prints what changed since the baseline, or why nothing can be told', async () => {
    const main = await mkdtemp(join(tmpdir(), 'shakedown-main-'))
    const before = variantRecord('pass')
    before.header.createdMs -= 86_400_000
    before.header.runId = 'yesterday'
    await saveRecord(join(main, 'run'), before)
    const compared = await published('fail', {report: ['terminal', 'markdown'], baseline: main})
    expect(compared.printed).toContain('B is worse than A in "checkout answers in time"')
    const none = await published('fail', {report: ['terminal'], baseline: '/no/such'})
    expect(none.printed).toContain('No comparison: there is nothing at /no/such.')
  })

  it('fails when a report cannot be written, after the verdict was shown, but for what is still broken', async () => {
    const inTheWay = async (report: Report, folder: string): Promise<void> => {
      await writeFile(join(folder, 'file'), '')
      report.recordPath = join(folder, 'file', 'record.jsonl.gz')
    }
    const flags = {report: ['junit']}
    await expect(published('pass', flags, inTheWay)).rejects.toThrow(EnvironmentError)
    const {result, warned} = await published('residual', flags, inTheWay)
    expect(result.verdict.outcome).toBe('residual')
    expect(warned).toContain('report.xml cannot be written')
  })
})

describe('checkDeliveries', () => {
  it('refuses an address before a run rather than after it', async () => {
    await expect(checkDeliveries({grafana: 'grafana'})).rejects.toThrow(UserError)
    await expect(checkDeliveries({'remote-write': 'http://'})).rejects.toThrow(UserError)
    await checkDeliveries({})
  })
})

describe('exitLine', () => {
  it.each([
    ['pass', 0, undefined],
    ['fail', 1, 'exit 1: fail: an objective was missed, or a guard stopped the run'],
    [
      'invalid',
      3,
      'exit 3: invalid: the experiment did not happen as planned; --allow-inconclusive turns it into 0',
    ],
    ['invalid', 0, 'exit 0: invalid, taken for good by --allow-inconclusive'],
    ['residual', 5, 'exit 5: residual: a fault could not be undone: something is still broken'],
  ] as const)('of %s with %i is %s', (outcome, code, line) => {
    expect(exitLine(outcome, code)).toBe(line)
  })

  it('names the scenario that decided', () => {
    expect(exitLine('fail', 1, 'payment-slow')).toMatch(/^exit 1: fail \(payment-slow\): /)
  })
})
