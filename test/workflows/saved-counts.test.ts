import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import type {RunRecord} from '../../src/run/record.js'
import {openRecorder} from '../../src/run/recorder.js'
import {loadScenario} from '../../src/scenarios/load.js'
import type {RatioObjective, Scenario} from '../../src/scenarios/scenario.js'
import {judge} from '../../src/verdict/judge.js'
import {loadVocabulary} from '../../src/workflows/vocabulary.js'
import {errorsOf} from '../fakes/record-errors.js'
import {ratio} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

const folder = mkdtempSync(join(tmpdir(), 'shakedown-saved-'))

const save = async (name: string, change: (record: RunRecord) => void = () => {}): Promise<void> => {
  const record = paymentSlowRecord()
  errorsOf(1, 9)(record)
  change(record)
  const {header, events, load, series, end} = record
  const recorder = await openRecorder(join(folder, name))
  recorder.write(header)
  for (const event of events) recorder.write(event)
  for (const second of load) recorder.write({kind: 'load', ...second})
  for (const one of series) recorder.write({kind: 'samples', series: one})
  if (end) recorder.write(end)
  await recorder.close()
}

const scenario = (to: string, change = ''): string => `name: payment-slow
target: reference
load:
  profile: {constant: 120/s}
  requests: [{name: browse, weight: 3, get: /products}, {name: checkout, post: /checkout}]
phases: {warm-up: 5s, baseline: 20s, fault: 30s, recovery: 20s}
faults: [{latency: {edge: order->payment, delay: 10s}}]
objectives:
  - name: browsing stays up
    bad: http_requests_total{job="edge", route="/products", code=~"5.."}
    total: http_requests_total{job="edge", route="/products"}
    target: 90%
  - name: no worse than last time
    compares: browsing stays up
    at-most-worse: 50%
    to: ${to}
    during: [fault]
${change}`

const read = async (text: string): Promise<{scenario: Scenario; warnings: string[]}> => {
  const path = join(folder, 's.yaml')
  writeFileSync(path, text)
  const loaded = await loadScenario(path, await loadVocabulary())
  return {scenario: loaded.scenario, warnings: loaded.warnings.map(({message}) => message)}
}

const ofLoad = {
  bad: 'shakedown_load_requests_total{request="browse", outcome="failed"}',
  total: 'shakedown_load_requests_total{request="browse"}',
}

const relativeOf = ({objectives}: Scenario) => objectives.find((one) => one.kind === 'relative')

const renamed = (name: string) => (record: RunRecord) => {
  record.header.plan.scenario.name = name
}

beforeAll(async () => {
  await save('last.jsonl.gz')
  await save('record.jsonl.gz')
  await save('other.jsonl.gz', renamed('catalog-down'))
  await save('cut.jsonl.gz', (record) => {
    delete record.end
  })
  await save('renamed.jsonl.gz', ({header}) => {
    for (const one of header.plan.scenario.objectives) one.name = `${one.name} (old)`
  })
  await save('recounted.jsonl.gz', ({header}) => {
    const [first] = header.plan.scenario.objectives as RatioObjective[] // The first one is a ratio.
    if (first) first.bad = 'http_requests_total{job="edge", code="500"}'
  })
  await save('requests.jsonl.gz', ({header}) => {
    for (const {requests} of header.plan.scenario.load.streams) requests.pop()
  })
  await save('newer.jsonl.gz', ({header}) => {
    header.recordVersion = 99
  })
  await save('early.jsonl.gz', ({events}) => {
    for (const event of events)
      if (event.event === 'phase-ended' && event.phase === 'fault')
        event.early = '"browsing stays up" decided'
  })
  await save('load.jsonl.gz', ({header, load}) => {
    header.plan.scenario.objectives = [{...ratio({...ofLoad, target: 0.9}), name: 'browsing stays up'}]
    for (const {requests} of load) if (requests['browse']) requests['browse'].failed = {timeout: 2}
  })
  await save('blind.jsonl.gz', (record) => {
    record.series = record.series.filter(({labels}) => labels['__name__'] !== 'http_requests_total')
  })
  writeFileSync(join(folder, 'text.jsonl.gz'), 'no record at all')
})

describe('an objective that is compared with a saved record', () => {
  it('takes its counts from the same phase when the scenario is read, so that judging needs no other file', async () => {
    const objective = relativeOf((await read(scenario('last.jsonl.gz'))).scenario)
    expect(objective?.saved).toMatchObject({
      path: 'last.jsonl.gz',
      runId: 'r-20261014-payment-slow',
      phases: {fault: {bad: 266, total: 27_000}},
    })
    const record = paymentSlowRecord()
    errorsOf(0, 18)(record)
    const objectives = (await read(scenario('last.jsonl.gz'))).scenario.objectives
    const verdict = judge(record, {objectives}).objectives.find(({kind}) => kind === 'relative')
    expect(verdict?.outcome).toBe('fail')
    expect(verdict?.estimate).toBeCloseTo(2, 1)
  })

  it('may be counted by the load itself', async () => {
    const text = scenario('load.jsonl.gz')
      .replace(/bad: http.*/, `bad: ${ofLoad.bad}`)
      .replace(/total: http.*/, `total: ${ofLoad.total}`)
    expect(relativeOf((await read(text)).scenario)?.saved?.phases?.fault).toMatchObject({
      bad: 60,
      total: 2760,
    })
  })

  it('takes the folder of a run for the record in it', async () => {
    const loaded = await read(scenario('.'))
    expect(relativeOf(loaded.scenario)?.saved?.phases?.fault?.bad).toBe(266)
  })

  it('says nothing of a record of the same experiment, and warns when the load differs', async () => {
    expect((await read(scenario('last.jsonl.gz'))).warnings.join()).not.toContain('another load')
    const faster = scenario('last.jsonl.gz').replace('120/s', '500/s')
    expect((await read(faster)).warnings.join()).toContain('was made with another load')
  })

  it.each([
    ['missing.jsonl.gz', 'There is no record at'],
    ['text.jsonl.gz', 'is not a record of a run'],
    ['newer.jsonl.gz', 'was written by a newer version'],
    [
      'other.jsonl.gz',
      'is a record of scenario "catalog-down", not of "payment-slow": name a record that this scenario wrote',
    ],
    ['cut.jsonl.gz', 'is of a run that measured nothing to compare with (invalid'],
    [
      'renamed.jsonl.gz',
      'has no good, bad or latency objective "browsing stays up" (it has "browsing stays up (old)"',
    ],
    ['recounted.jsonl.gz', 'counted something else for "browsing stays up"'],
    ['requests.jsonl.gz', 'was made with other requests (browse; now browse and checkout)'],
    [
      'early.jsonl.gz',
      'is of a run whose fault phase ended early ("browsing stays up" decided), and its counts are no fair measure',
    ],
    ['blind.jsonl.gz', 'holds no count of "browsing stays up" to compare with: no data'],
  ])('refuses %s with its place in the file and what to write', async (name, message) => {
    const problems = await read(scenario(name)).catch((error: Error) => error.message)
    expect(problems).toContain(`s.yaml:16:9 objectives[1].to: ${name} `)
    expect(problems).toContain(message)
  })

  it('may be judged in the baseline, which is compared with that of the other run', async () => {
    const text = scenario('last.jsonl.gz').replace('[fault]', '[baseline]')
    expect(relativeOf((await read(text)).scenario)?.saved?.phases?.baseline).toMatchObject({bad: 20})
  })
})
