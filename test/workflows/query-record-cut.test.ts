import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import {openRecorder} from '../../src/run/recorder.js'
import {judgeRecord} from '../../src/workflows/judge-record.js'
import {queryRecord} from '../../src/workflows/query-record.js'
import {scrapeTimes, seriesOf} from '../fakes/record-series.js'
import {variantRecord} from '../fakes/record-variants.js'

const tricks = ['__proto__', 'constructor', 'toString', '\u0000\u202e😀\u2028', 'a"b\\c\nd', 'x'.repeat(5000)]

let folder: string
let path: string
let whole: Buffer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-cut-'))
  path = join(folder, 'record.jsonl.gz')
  const record = variantRecord('pass')
  const recorder = await openRecorder(path)
  recorder.write(record.header)
  for (const event of record.events) recorder.write(event)
  for (const second of record.load) recorder.write({kind: 'load', ...second})
  recorder.flush()
  for (const series of record.series) recorder.write({kind: 'samples', series})
  for (const [at, trick] of tricks.entries()) {
    const series = seriesOf('trick', {trick}, scrapeTimes(0, 75_000), () => at + 1)
    recorder.write({kind: 'samples', series})
  }
  if (record.end) recorder.write(record.end)
  await recorder.close()
  whole = await readFile(path)
})
afterAll(() => rm(folder, {recursive: true}))

const cutTo = async (bytes: number): Promise<string> => {
  const cut = join(folder, `cut-${bytes}.jsonl.gz`)
  await writeFile(cut, whole.subarray(0, bytes))
  return cut
}

const shares = [0, 0.0005, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]

describe('a record that was cut off', () => {
  it.each(shares)('after %d of its bytes is refused, or answered with that said', async (share) => {
    const record = await cutTo(Math.floor(whole.length * share))
    const asked = queryRecord('count({__name__=~".+"})', {record})
    const answer = await asked.catch((error: unknown) => error)
    if (answer instanceof UserError) {
      expect(answer.message).toMatch(/record|phase|time/i)
      return
    }
    expect(answer).toMatchObject({text: expect.stringMatching(/warning: the record was cut off/)})
  })

  it.each(shares)('after %d of its bytes never passes', async (share) => {
    const record = await cutTo(Math.floor(whole.length * share))
    const verdict = await judgeRecord(record, undefined, {}).catch((error: unknown) => error)
    if (verdict instanceof UserError) expect(verdict.message).not.toBe('')
    else
      expect(verdict).toMatchObject({
        verdict: {outcome: expect.stringMatching(/^(?:invalid|inconclusive|error)$/)},
      })
  })

  it('is answered without that when it is whole', async () => {
    const {text, exitCode} = await queryRecord('count(trick)', {record: path, time: '+60s'})
    expect(text).not.toContain('warning')
    expect([exitCode, /^\s*(\d+)/m.exec(text.split('\n').slice(2).join('\n'))?.[1]]).toEqual([0, '6'])
  })
})

describe('a record with labels of every kind', () => {
  it.each(tricks.map((trick, at) => ({trick, value: at + 1})))('keeps $trick', async ({trick, value}) => {
    const {json} = await queryRecord(`trick == ${value}`, {record: path, time: '+60s'})
    expect(json).toMatchObject({data: {result: [{metric: {__name__: 'trick', trick}}]}})
  })
})
