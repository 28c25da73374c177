import {existsSync} from 'node:fs'
import {chmod, mkdir, mkdtemp, readFile, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {beforeAll, describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import type {RunRecord} from '../../src/run/record.js'
import {baselineOf} from '../../src/workflows/baseline.js'
import {barsOf, scaleOf} from '../../src/workflows/history/draw-course.js'
import {type History, showHistory} from '../../src/workflows/history/history.js'
import {type Variant, variantRecord} from '../fakes/record-variants.js'
import {saveRecord} from '../fakes/save-record.js'

const signal = new AbortController().signal
let folder = ''

/** Runs a day apart, the oldest first; day 0 passed. */
const days: Variant[] = ['pass', 'fail', 'inconclusive', 'interrupted']

const ofDay = (variant: Variant, day: number): RunRecord => {
  const record = variantRecord(variant)
  record.header.createdMs += day * 86_400_000
  record.header.runId = `day-${day}`
  return record
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-history-'))
  for (const [day, variant] of days.entries())
    await saveRecord(join(folder, `day-${day}`), ofDay(variant, day))
  const other = ofDay('pass', 9)
  other.header.plan.scenario.name = 'another'
  await saveRecord(join(folder, 'another'), other)
  await mkdir(join(folder, 'broken'))
  await writeFile(join(folder, 'broken/record.jsonl.gz'), 'no gzip')
  await writeFile(
    join(folder, 'newer.jsonl.gz'),
    gzipSync(`${JSON.stringify({kind: 'header', recordVersion: 99})}\n`),
  )
})

const show = async (
  asked: {objective?: string; scenario?: string; limit?: number; fresh?: boolean} = {},
  columns = 100,
): Promise<{history: History; text: string}> =>
  await showHistory({folder, limit: 30, fresh: false, ...asked}, {columns}, signal)

const outcomes = ({runs}: History): string[] =>
  runs.map((run) => ('problem' in run ? 'unreadable' : `${run.run} ${run.outcome}`))

describe('history', () => {
  it('lists runs newest first, and what cannot be read after them', async () => {
    const {history, text} = await show()
    expect(outcomes(history)).toEqual([
      'day-9 pass',
      'day-3 interrupted',
      'day-2 inconclusive',
      'day-1 fail',
      'day-0 pass',
      'unreadable',
      'unreadable',
    ])
    expect(text).toMatch(/✘ fail +day-1 +\S+ +seed 4711\n +missed: "checkout answers in time"/)
    expect(text).toContain('newer.jsonl.gz was written by a newer version')
    expect(text).toContain(
      '5 runs: 2 pass, 1 interrupted, 1 inconclusive, 1 fail; 2 records could not be read',
    )
  })

  it('keeps to a scenario and to the newest', async () => {
    const {history} = await show({scenario: 'payment-slow', limit: 2})
    expect(outcomes(history).slice(0, 2)).toEqual(['day-3 interrupted', 'day-2 inconclusive'])
    await expect(show({scenario: 'payment'})).rejects.toMatchObject({
      hint: expect.stringContaining('another'),
    })
  })

  it('says that there is no such folder, and that an empty one holds nothing', async () => {
    await expect(showHistory({folder: '/no/such', limit: 1, fresh: false}, {}, signal)).rejects.toThrow(
      UserError,
    )
    const empty = await mkdtemp(join(tmpdir(), 'shakedown-history-'))
    expect((await showHistory({folder: empty, limit: 1, fresh: false}, {}, signal)).text.trim()).toBe(
      '0 runs',
    )
  })

  it.each([16, 20, 40, 80, 200])('keeps to %i columns', async (columns) => {
    for (const asked of [{}, {objective: 'checkout answers in time'}]) {
      const {text} = await show(asked, columns)
      const lines = text.split('\n')
      expect(lines.filter((line) => line.length > Math.max(columns, 22))).toEqual([])
    }
  })
})

describe('an objective over runs', () => {
  it('is drawn oldest first, with its interval and its target on one scale', async () => {
    const {history, text} = await show({objective: 'checkout answers in time', scenario: 'payment-slow'})
    const [course] = history.objective ?? []
    expect(course?.runs.map(({run}) => run)).toEqual(['day-0', 'day-1', 'day-2', 'day-3'])
    expect(course?.runs[1]?.verdict).toMatchObject({outcome: 'fail', target: 0.95, unit: 'ratio'})
    expect(text).toContain('payment-slow: checkout answers in time (fault), asked ≥ 95%')
    expect(text).toMatch(/✘ fail .*47\.2%–54\.4% .*●/)
  })

  it('names those that there are when it is none of them', async () => {
    await expect(show({objective: 'checkout answer in time'})).rejects.toMatchObject({
      hint: 'Did you mean "checkout answers in time"?',
    })
  })

  it.each([
    [[0.9, undefined, 1], 10, '▁ █'],
    [[1, 1], 10, '██'],
    [[1, 2, 3], 2, '▁█'],
    [[], 5, ''],
  ])('draws %j in %i columns as "%s"', (values, width, drawn) => {
    expect(barsOf(values, width)).toBe(drawn)
  })

  it('draws the interval, the estimate and the target where they are', () => {
    const verdict = {estimate: 5, interval: {low: 3, high: 8}, target: 9}
    expect(scaleOf(verdict, {low: 0, high: 10}, 11)).toBe('   ├─●──┤┊ ')
  })
})

describe('what is remembered of a verdict', () => {
  it('counts as long as the record is the same, and not when it is judged afresh', async () => {
    const home = await mkdtemp(join(tmpdir(), 'shakedown-history-'))
    const path = await saveRecord(join(home, 'run'), ofDay('pass', 1))
    const list = async (fresh = false): Promise<string[]> =>
      outcomes((await showHistory({folder: home, limit: 9, fresh}, {}, signal)).history)
    expect(await list()).toEqual(['day-1 pass'])
    const memory = join(home, 'run/record.verdict.json')
    const kept = await readFile(memory, 'utf8')
    await writeFile(memory, kept.replace('"outcome":"pass"', '"outcome":"fail"'))
    expect(await list()).toEqual(['day-1 fail'])
    expect(await list(true)).toEqual(['day-1 pass'])
    await writeFile(memory, kept.replace('"outcome":"pass"', '"outcome":"fail"'))
    await utimes(path, new Date(), new Date(1_900_000_000_000))
    expect(await list()).toEqual(['day-1 pass'])
    await writeFile(memory, 'torn {')
    expect(await list()).toEqual(['day-1 pass'])
  })

  it('is not needed: a folder that may only be read is listed as well', async () => {
    const home = await mkdtemp(join(tmpdir(), 'shakedown-history-'))
    await saveRecord(join(home, 'run'), ofDay('fail', 1))
    // What stands in the way of the file stands for a disk that takes none; root may write anywhere.
    await mkdir(join(home, 'run/record.verdict.json.tmp'))
    await chmod(join(home, 'run'), 0o555)
    expect(outcomes((await showHistory({folder: home, limit: 9, fresh: false}, {}, signal)).history)).toEqual(
      ['day-1 fail'],
    )
    expect(existsSync(join(home, 'run/record.verdict.json'))).toBe(false)
  })
})

describe('the baseline', () => {
  const own = (): RunRecord => ofDay('fail', 5)

  it('is the newest run of the scenario in a folder that was a whole experiment', async () => {
    const found = await baselineOf(folder, own())
    expect(found).toMatchObject({comparison: {a: {runId: 'day-2'}, b: {runId: 'day-5'}, finding: 'worse'}})
  })

  it('is older than the run itself, and never the run itself', async () => {
    expect(await baselineOf(folder, ofDay('fail', 1))).toMatchObject({comparison: {a: {runId: 'day-0'}}})
    expect(await baselineOf(folder, ofDay('pass', 0))).toEqual({
      missing: `${folder} holds no earlier record of payment-slow`,
    })
  })

  it('is the record, or the folder of the run, that is named', async () => {
    for (const path of [join(folder, 'day-0'), join(folder, 'day-0/record.jsonl.gz')])
      expect(await baselineOf(path, own())).toMatchObject({comparison: {a: {runId: 'day-0'}}})
  })

  it.each([
    ['/no/such/folder', 'there is nothing at /no/such/folder'],
    ['another', 'record of another scenario (another)'],
    ['broken', 'is not a record of a run'],
    ['newer.jsonl.gz', 'newer version'],
  ])('is missing, with the reason, for %s', async (name, reason) => {
    const path = name.startsWith('/') ? name : join(folder, name)
    expect(await baselineOf(path, own())).toEqual({missing: expect.stringContaining(reason)})
  })
})
