import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {openRecorder} from '../../src/run/recorder.js'
import type {RuleGroup} from '../../src/scenarios/rules/rule.js'
import {queryRecord} from '../../src/workflows/query-record.js'
import {scrapeTimes, seriesOf} from '../fakes/record-series.js'
import {variantRecord} from '../fakes/record-variants.js'

let folder: string
let path: string

const place = 'rules.yaml:4'
const rules: RuleGroup[] = [
  {
    name: 'g',
    file: 'rules.yaml',
    intervalMs: 5000,
    rules: [
      {kind: 'record', record: 'job:ticks:max', expr: 'max by (job) (ticks_total)', labels: {}, place},
      {kind: 'record', record: 'job:gone:max', expr: 'max by (job) (gone)', labels: {}, place},
      {
        kind: 'alert',
        alert: 'Many',
        expr: 'job:ticks:max > 100',
        forMs: 0,
        keepFiringMs: 0,
        labels: {},
        place,
      },
    ],
  },
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-query-'))
  path = join(folder, 'record.jsonl.gz')
  const record = variantRecord('pass')
  record.header.plan.scenario.rules = rules
  const recorder = await openRecorder(path)
  recorder.write(record.header)
  for (const event of record.events) recorder.write(event)
  const times = scrapeTimes(0, 75_000)
  for (const instance of ['a', 'b']) {
    const series = seriesOf('ticks_total', {job: 'edge', instance}, times, (offsetMs) => offsetMs / 500)
    recorder.write({kind: 'samples', series})
  }
  await recorder.close()
})
afterAll(() => rm(folder, {recursive: true}))

const ask = async (expression: string, flags = {}): Promise<string> =>
  (await queryRecord(expression, {record: path, ...flags})).text

describe('a query over recorded series', () => {
  it('is answered by the rules of the record, with what their groups made last', async () => {
    expect(await ask('job:ticks:max')).toContain('150  job:ticks:max{job="edge"}')
    expect(await ask('job:ticks:max', {time: '+12s'})).toContain(' 20  job:ticks:max{job="edge"}')
  })

  it('knows which alerts fired, and when', async () => {
    expect(await ask('ALERTS', {time: '+49s'})).toContain('no data')
    expect(await ask('ALERTS', {time: '+60s'})).toContain('ALERTS{alertname="Many", alertstate="firing"')
  })

  it('says which rule answered nothing, and why', async () => {
    const text = await ask('job:gone:max')
    expect(text).toContain(
      'job:gone:max is recorded by a rule, which answered nothing then: max by (job) (gone)',
    )
    expect(text).toContain('gone: there is no such metric in the record')
  })
})
