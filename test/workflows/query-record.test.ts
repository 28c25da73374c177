import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import type {Series} from '../../src/metrics/source.js'
import type {RunRecord} from '../../src/run/record.js'
import {openRecorder} from '../../src/run/recorder.js'
import {type QueryFlags, queryRecord} from '../../src/workflows/query-record.js'
import {runStartMs, scrapeTimes, seriesOf} from '../fakes/record-series.js'
import {variantRecord} from '../fakes/record-variants.js'

let folder: string
let path: string

/** One that counts each scrape, one of every kind of number, and eight of a name. */
const series: Series[] = [
  seriesOf('ticks_total', {job: 'edge', code: '200'}, scrapeTimes(0, 75_000), (offsetMs) => offsetMs / 500),
  seriesOf('ticks_total', {job: 'edge', code: '500'}, scrapeTimes(0, 75_000), () => 0),
  seriesOf('early', {}, scrapeTimes(0, 10_000), () => 1),
  seriesOf('odd', {kind: 'nan'}, scrapeTimes(0, 75_000), () => Number.NaN),
  seriesOf('odd', {kind: 'infinite'}, scrapeTimes(0, 75_000), () => Number.POSITIVE_INFINITY),
  ...Array.from({length: 8}, (_, n) =>
    seriesOf('wide_gauge', {n: String(n)}, scrapeTimes(0, 75_000), (offsetMs) => n + offsetMs / 75_000),
  ),
]

const saved = async (name: string, record: RunRecord, samples: Series[]): Promise<string> => {
  const file = join(folder, name)
  const recorder = await openRecorder(file)
  recorder.write(record.header)
  for (const event of record.events) recorder.write(event)
  for (const one of samples) recorder.write({kind: 'samples', series: one})
  if (record.end) recorder.write(record.end)
  await recorder.close()
  return file
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-query-'))
  path = await saved('record.jsonl.gz', variantRecord('pass'), series)
})
afterAll(() => rm(folder, {recursive: true}))

const ask = (expression: string, flags: Partial<QueryFlags> = {}) =>
  queryRecord(expression, {record: path, ...flags})
const lines = async (expression: string, flags: Partial<QueryFlags> = {}): Promise<string[]> =>
  (await ask(expression, flags)).text.split('\n')
const iso = (offsetMs: number): string => new Date(runStartMs + offsetMs).toISOString()

describe('queryRecord', () => {
  it('answers at the end of the record, as a table', async () => {
    expect(await lines('ticks_total')).toEqual([
      `ticks_total at +75.0s (${iso(75_000)})`,
      'value  series',
      '  150  ticks_total{code="200", job="edge"}',
      '    0  ticks_total{code="500", job="edge"}',
    ])
    expect((await ask('ticks_total')).exitCode).toBe(0)
  })

  it('answers at the end of a phase, whose length is $phase', async () => {
    const [head, , row] = await lines('increase(ticks_total{code="200"}[$phase])', {phase: 'fault'})
    expect(head).toBe(`increase(ticks_total{code="200"}[30s]) at +55.0s (${iso(55_000)})`)
    expect(row?.trim()).toBe('60  {code="200", job="edge"}')
  })

  it.each([
    ['+10s', 20],
    ['+1m10s', 140],
    [iso(10_000), 20],
    [String((runStartMs + 10_000) / 1000), 20],
  ])('answers at the time %s', async (time, value) => {
    expect((await ask('ticks_total{code="200"}', {time})).json).toMatchObject({
      data: {resultType: 'vector', result: [{value: [expect.any(Number), String(value)]}]},
    })
  })

  it('answers step by step through a phase, a column for each series', async () => {
    expect(await lines('ticks_total', {phase: 'fault', step: '10s'})).toEqual([
      `ticks_total from +25.0s to +55.0s every 10s (from ${iso(25_000)})`,
      '  time  [1]  [2]',
      '+25.0s   50    0',
      '+35.0s   70    0',
      '+45.0s   90    0',
      '+55.0s  110    0',
      '',
      '[1] ticks_total{code="200", job="edge"}',
      '[2] ticks_total{code="500", job="edge"}',
    ])
  })

  it('takes a start and an end, chooses a step, and shows a gap', async () => {
    const [head, ...rows] = await lines('early', {start: '+9s', end: '+13s'})
    expect(head).toContain('every 1s')
    expect(rows.slice(1, 6)).toEqual([' +9.0s    1', '+10.0s    1', '+11.0s    1', '', '[1] early'])
    expect((await ask('early', {start: '+9s', end: '+13s', lookback: '5m'})).text).toContain('+13.0s')
  })

  it('sums up many series, a line for each', async () => {
    const [, head, first, ...rest] = await lines('wide_gauge', {step: '15s'})
    expect(head?.trim().split(/\s+/)).toEqual(['samples', 'first', 'min', 'mean', 'max', 'last', 'series'])
    expect(first?.trim().split(/\s+/)).toEqual(['6', '0', '0', '0.5', '1', '1', 'wide_gauge{n="0"}'])
    expect(rest).toHaveLength(7)
  })

  it('shows raw samples, numbers that are none, scalars and texts', async () => {
    expect(await lines('early[1s]', {time: '+10s'})).toContain('+10.0s    1')
    const odd = (await lines('odd')).slice(2).map((line) => line.trim())
    expect(odd).toEqual(['NaN  odd{kind="nan"}', '+Inf  odd{kind="infinite"}'])
    expect((await lines('2 * 3.25'))[1]).toBe('6.5')
    expect((await lines('"plain"'))[1]).toBe('plain')
  })

  it('gives every digit as JSON, in the shape of Prometheus', async () => {
    expect((await ask('ticks_total{code="200"} / 7')).json).toEqual({
      query: 'ticks_total{code="200"} / 7',
      time: (runStartMs + 75_000) / 1000,
      data: {
        resultType: 'vector',
        result: [
          {metric: {code: '200', job: 'edge'}, value: [(runStartMs + 75_000) / 1000, String(150 / 7)]},
        ],
      },
      warnings: [],
      infos: [],
    })
    expect((await ask('odd', {step: '1m'})).json).toMatchObject({
      start: runStartMs / 1000,
      end: (runStartMs + 75_000) / 1000,
      step: 60,
      data: {
        resultType: 'matrix',
        result: [
          {
            values: [
              [expect.any(Number), '+Inf'],
              [expect.any(Number), '+Inf'],
            ],
          },
          {},
        ],
      },
    })
  })

  it('tells warnings and infos', async () => {
    expect((await ask('quantile(2, ticks_total)')).text).toContain('warning: PromQL warning: quantile value')
    expect((await ask('rate(early[5s])', {time: '+9s'})).text).toContain(
      'info: PromQL info: metric might not be a counter',
    )
  })

  it.each([
    ['tick_total', 'tick_total: there is no such metric in the record; near: ticks_total'],
    ['total_ticks', 'total_ticks: there is no such metric in the record; near: ticks_total'],
    [
      'nothing_like_it',
      'nothing_like_it: there is no such metric in the record; there are: early, odd, ticks_total, wide_gauge',
    ],
    ['ticks_total{code="404"}', 'ticks_total{code="404"}: no series has code="404"; there is: 200, 500'],
    ['ticks_total{path="/"}', 'ticks_total{path="/"}: no series of that name has a label path'],
    ['{job="x"}', '{job="x"}: no series matches'],
    [
      'early > 0',
      'The series are there; at this time they had no samples, or a comparison or a join left none of them.',
    ],
    [
      'sum(rate(tick_total[5s])) / sum(rate(ticks_total{code="x"}[5s]))',
      'tick_total: there is no such metric in the record; near: ticks_total',
    ],
  ])('says why %s answers nothing, and ends with 3', async (expression, reason) => {
    const {text, exitCode, json} = await ask(expression)
    expect(text.split('\n').slice(1, 3)).toEqual(['no data: the query answered nothing', reason])
    expect(exitCode).toBe(3)
    expect(json).toMatchObject({reasons: expect.arrayContaining([reason])})
  })

  it.each([
    ['sum(rate(ticks_total[5s])', {}, /^unclosed left parenthesis\nsum\(rate\(ticks_total\[5s\]\)\n {3}\^$/],
    ['nosuch(up)', {}, /unknown function with name "nosuch"/],
    ['up[$phase]', {}, /says \$phase, and no phase is named/],
    ['up', {phase: 'calm'}, /no phase "calm"/],
    ['up', {time: 'noon'}, /--time noon is no time/],
    ['up', {time: '+10s', step: '1s'}, /--time asks for one moment/],
    ['up', {time: '+10s', phase: 'fault'}, /--phase changes nothing beside --time/],
    ['up', {start: '+1s', end: '+9s', phase: 'fault'}, /--phase changes nothing beside --start and --end/],
    ['up', {start: '+10s', end: '+5s'}, /--end is before --start/],
    ['up', {step: '0s'}, /--step 0s is no duration/],
    ['up', {step: '1ms'}, /More than 11000 steps/],
    ['up', {lookback: 'x'}, /--lookback x is no duration/],
    ['up[5m]', {step: '10s'}, /invalid expression type "range vector"/],
    ['sum_over_time(vector(1)[9000d:1ms])', {}, /would hold more than 50000000 samples/],
    ['up', {record: '/nowhere'}, /There is no record/],
  ])('refuses %s with %o', async (expression, flags, message) => {
    const asked = ask(expression, flags)
    await expect(asked).rejects.toThrow(UserError)
    await expect(asked).rejects.toThrow(message)
  })

  it('names the column of the mistake in its hint', async () => {
    await expect(ask('ticks_total +')).rejects.toMatchObject({
      hint: 'Correct the expression at line 1, column 14.',
    })
  })

  it('takes the folder of a run for its record', async () => {
    expect((await ask('ticks_total', {record: folder})).exitCode).toBe(0)
  })

  it('says that a record holds no samples', async () => {
    const record = await saved('empty.jsonl.gz', variantRecord('pass'), [])
    await expect(ask('up', {record})).rejects.toThrow('The record holds no samples of any metric')
  })

  it('says of a record from a Prometheus that it holds only what was asked for', async () => {
    const record = variantRecord('pass')
    record.header.plan.target.metrics = {kind: 'prometheus', url: 'http://localhost:9090'}
    const {text} = await ask('absent_metric', {record: await saved('real.jsonl.gz', record, series)})
    expect(text).toContain('This record holds only what its scenario asked the Prometheus for.')
  })
})
