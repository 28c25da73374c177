import {execFile} from 'node:child_process'
import {mkdtemp, readdir, readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {beforeAll, describe, expect, it} from 'vitest'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {writeText} from '../../src/output/write-reports.js'
import {reporterNames} from '../../src/reporters/index.js'
import type {RunRecord} from '../../src/run/record.js'
import {compareSaved} from '../../src/workflows/compare-records.js'
import {showHistory} from '../../src/workflows/history/history.js'
import {reportRecord} from '../../src/workflows/judge-record.js'
import {nasty} from '../fakes/hostile-report.js'
import {variantRecord} from '../fakes/record-variants.js'
import {saveRecord} from '../fakes/save-record.js'

const signal = new AbortController().signal
const comparing = {confidence: 0.95, margin: 0.1, gate: 'objectives', allowInconclusive: false} as const

/** Began and ended, and in between nothing: no request, no sample. */
const emptyRun = (): RunRecord => ({...variantRecord('pass'), load: [], series: [], answers: []})

/** The first line alone: the machine was switched off. */
const onlyHeader = (): RunRecord => {
  const {header} = variantRecord('pass')
  return {header, events: [], load: [], series: [], answers: []}
}

/** Names and labels as somebody would choose who means ill. */
const hostileRun = (): RunRecord => {
  const record = variantRecord('fail')
  const {scenario} = record.header.plan
  scenario.name = nasty
  for (const objective of scenario.objectives) objective.name = `${nasty} ${objective.kind}`
  for (const series of record.series) series.labels['evil'] = nasty
  record.load = record.load.map((second) => ({
    ...second,
    requests: Object.fromEntries(Object.entries(second.requests).map(([name, one]) => [nasty + name, one])),
  }))
  return record
}

/** A line in its middle is no line of ours. */
const damaged = async (path: string): Promise<Buffer> => {
  const lines = gunzipSync(await readFile(path))
    .toString('utf8')
    .split('\n')
  return gzipSync(lines.toSpliced(3, 1, '{"kind":"ev').join('\n'))
}

const paths: Record<string, string> = {}
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-bad-records-'))
  const records = {
    good: variantRecord('pass'),
    'cut off': variantRecord('cut off'),
    interrupted: variantRecord('interrupted'),
    empty: emptyRun(),
    'only its header': onlyHeader(),
    hostile: hostileRun(),
  }
  for (const [name, record] of Object.entries(records))
    paths[name] = await saveRecord(join(folder, name), record)
  paths['damaged'] = join(folder, 'damaged.jsonl.gz')
  await writeFile(paths['damaged'], await damaged(paths['good'] ?? ''))
  const newer = {kind: 'header', recordVersion: 99, plan: {}}
  for (const [name, bytes] of [
    ['newer', gzipSync(`${JSON.stringify(newer)}\n`)],
    ['no record', gzipSync('{"some": "json"}\n')],
    ['no gzip', Buffer.from('hello')],
    ['nothing', Buffer.alloc(0)],
  ] as const) {
    paths[name] = join(folder, `${name}.jsonl.gz`)
    await writeFile(paths[name], bytes)
  }
})

const report = async (name: string, format: string, columns = 80): Promise<string> =>
  (await reportRecord(paths[name] ?? '', {format}, {stream: {columns}, signal})).text

const readable = ['cut off', 'damaged', 'interrupted', 'empty', 'only its header', 'hostile']

describe('report', () => {
  const formats = reporterNames.filter((name) => name !== 'html')
  it.each(readable)('tells in every format what there is of a run that is %s', async (name) => {
    for (const format of formats) {
      const text = await report(name, format)
      expect(text.length, format).toBeGreaterThan(50)
      // Nothing that was meant for a program, and no number that is none.
      expect(text, format).not.toMatch(/undefined|\[object|\bNaN%/)
    }
  })

  it.each(['cut off', 'damaged', 'empty', 'only its header'])(
    'passes nothing for a run that is %s',
    async (name) => {
      expect(await report(name, 'terminal')).not.toMatch(/^✔ PASS/)
      expect(JSON.parse(await report(name, 'json'))).not.toMatchObject({exitCode: 0})
    },
  )

  it.each(readable)('stays on a terminal of 20 columns with a run that is %s', async (name) => {
    const lines = (await report(name, 'terminal', 20)).split('\n')
    // The report keeps to 60 columns at least: a table cannot be told in fewer. Paths and commands are never cut.
    expect(lines.filter((line) => line.length > 72 && !/^(Record|Again)/.test(line))).toEqual([])
  })

  it.each([
    ['newer', /newer version/],
    ['no record', /is not a record of a run/],
    ['no gzip', /is not a record of a run/],
    ['nothing', /is not a record of a run/],
  ])('refuses with one error what is %s', async (name, reason) => {
    await expect(report(name, 'terminal')).rejects.toThrow(reason)
    await expect(report(name, 'terminal')).rejects.toThrow(UserError)
  })
})

describe('compare', () => {
  it.each(['cut off', 'interrupted', 'empty', 'only its header'])(
    'finds nothing out about a run that is %s',
    async (name) => {
      const {comparison, text, exitCode} = await compareSaved(
        paths['good'] ?? '',
        paths[name] ?? '',
        comparing,
      )
      expect([comparison.finding, exitCode]).toEqual(['cannot tell', 3])
      expect(text.split('\n').at(-1)).toBe('exit 3: cannot tell; --allow-inconclusive turns it into 0')
    },
  )

  it('lets no name drive the terminal', async () => {
    const {text} = await compareSaved(paths['hostile'] ?? '', paths['hostile'] ?? '', comparing)
    expect(text).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it.each(['newer', 'no gzip'])('refuses what is %s', async (name) => {
    await expect(compareSaved(paths['good'] ?? '', paths[name] ?? '', comparing)).rejects.toThrow(UserError)
  })
})

describe('history', () => {
  it('lists all of them, and none drives the terminal', async () => {
    const {history, text} = await showHistory({folder, limit: 30, fresh: true}, {columns: 80}, signal)
    expect(history.runs.filter((run) => !('problem' in run))).toHaveLength(7)
    expect(history.runs.filter((run) => 'problem' in run)).toHaveLength(4)
    expect(text).not.toMatch(/[^\P{Cc}\n]/u)
  })
})

describe('a folder that takes nothing', () => {
  it('is one error with what to do, and leaves no half file', async () => {
    // A file in the place of the folder: root, who may write anywhere, cannot write there either.
    const inTheWay = join(folder, 'in-the-way')
    await writeFile(inTheWay, 'a file')
    const failed = writeText(join(inTheWay, 'report.prom'), 'x', {replaced: true})
    await expect(failed).rejects.toThrow(EnvironmentError)
    await expect(failed).rejects.toMatchObject({hint: expect.stringContaining('another place')})
  })

  it('is not needed for what replaces a file as a whole', async () => {
    const own = await mkdtemp(join(tmpdir(), 'shakedown-replaced-'))
    await writeText(join(own, 'a.prom'), 'old', {replaced: true})
    await writeText(join(own, 'a.prom'), 'new', {replaced: true})
    expect([await readdir(own), await readFile(join(own, 'a.prom'), 'utf8')]).toEqual([['a.prom'], 'new'])
  })
})

describe('the commands', () => {
  const bin = new URL('../../bin/run.js', import.meta.url).pathname
  const run = (args: string[]): Promise<{code: number; text: string}> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [bin, ...args], {timeout: 60_000}, (_error, stdout, stderr) =>
        resolve({code: child.exitCode ?? -1, text: stdout + stderr}),
      )
    })

  it.each([
    [['report', 'newer'], 2],
    [['history', '--scenario=nobody'], 2],
    [['compare', 'good', 'no gzip'], 2],
    [['report', 'good', '--grafana=grafana:3000'], 2],
    [['report', 'good', '--remote-write=http://127.0.0.1:9'], 4],
  ] as const)('%j end with %i and one error', async ([command, ...rest], code) => {
    const named = rest.map((argument) => paths[argument] ?? argument)
    const done = await run([command, ...(command === 'history' ? [folder] : []), ...named])
    expect(done.code, done.text).toBe(code)
    expect(done.text.match(/^Error: /gm)).toHaveLength(1)
    expect(done.text).not.toMatch(/^ +at /m)
  })
})
