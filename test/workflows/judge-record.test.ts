import {mkdtemp, readFile, rm, truncate, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import type {RunRecord} from '../../src/run/record.js'
import {openRecorder} from '../../src/run/recorder.js'
import {judgeRecord, reportRecord} from '../../src/workflows/judge-record.js'
import {variantRecord} from '../fakes/record-variants.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-judge-'))
})

afterEach(async () => {
  await rm(folder, {recursive: true})
})

const saved = async (record: RunRecord): Promise<string> => {
  const path = join(folder, 'record.jsonl.gz')
  const recorder = await openRecorder(path)
  recorder.write(record.header)
  for (const event of record.events) recorder.write(event)
  for (const second of record.load) recorder.write({kind: 'load', ...second})
  recorder.flush()
  for (const series of record.series) recorder.write({kind: 'samples', series})
  if (record.end) recorder.write(record.end)
  await recorder.close()
  return path
}

const scenario = (query: string): string => `
name: stricter
summary: The same run, asked for more.
target: reference
load:
  profile: {constant: 120/s}
  requests: [{name: browse, get: /products}]
phases: {baseline: 20s, fault: 30s, recovery: 20s}
objectives:
  - name: breaker stayed shut
    query: ${query}
    expect: "== 0"
    during: [fault]
`

describe('judgeRecord', () => {
  it('says of a saved record what was said of the run', async () => {
    const {verdict, text} = await judgeRecord(await saved(variantRecord('fail')), undefined, {})
    expect(verdict.outcome).toBe('fail')
    expect(text).toMatch(/^✘ FAIL/)
  })

  it('judges by the objectives of another scenario', async () => {
    const path = join(folder, 'stricter.yaml')
    await writeFile(path, scenario('max(max_over_time(circuit_state[$phase]))'))
    const {verdict} = await judgeRecord(await saved(variantRecord('pass')), path, {})
    expect(verdict.objectives.map(({name, outcome}) => [name, outcome])).toEqual([
      ['breaker stayed shut', 'fail'],
    ])
  })

  it('never passes a record that was cut off', async () => {
    const path = await saved(variantRecord('pass'))
    const {length} = await readFile(path)
    await truncate(path, length - 20)
    expect((await judgeRecord(path, undefined, {})).verdict.outcome).toBe('invalid')
  })

  it('tells the user that a file is no record', async () => {
    const path = join(folder, 'other')
    await writeFile(path, 'name: x\n')
    await expect(judgeRecord(path, undefined, {})).rejects.toThrow(UserError)
  })
})

describe('reportRecord', () => {
  it('makes the same report as the run did', async () => {
    const path = await saved(variantRecord('inconclusive'))
    const made = async (format: string): Promise<string> =>
      (await reportRecord(path, {format}, {stream: {}, signal: new AbortController().signal})).text
    expect(await made('markdown')).toContain('### ? payment-slow: inconclusive')
    expect(JSON.parse(await made('json'))).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 3,
    })
  })

  it('refuses a baseline that the format has no room for, and says what to write', async () => {
    const path = await saved(variantRecord('pass'))
    const asked = reportRecord(
      path,
      {format: 'terminal', baseline: 'main-runs'},
      {stream: {}, signal: new AbortController().signal},
    )
    await expect(asked).rejects.toThrow(UserError)
    await expect(asked).rejects.toMatchObject({
      hint: expect.stringContaining('--format markdown --baseline main-runs'),
    })
  })
})
