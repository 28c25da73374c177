import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {beforeAll, describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import type {Series} from '../../src/metrics/source.js'
import {readRecord} from '../../src/run/read-record.js'
import {type RecordHeader, type RecordLine, type RunRecord, recordVersion} from '../../src/run/record.js'
import {openRecorder} from '../../src/run/recorder.js'
import {writeSamplesTo} from '../../src/run/write-samples.js'

const folder = mkdtempSync(join(tmpdir(), 'shakedown-read-record-'))

const header = (version: number) =>
  // What is read here is the version, and that there is a plan.
  ({
    kind: 'header',
    recordVersion: version,
    plan: {streams: [], scenario: {load: {}}},
  }) as unknown as RecordHeader
const labels = (name: string) => ({__name__: name, job: 'ö"]],'})
const batch = (from: number, names: string[]): Series[] =>
  names.map((name) => ({
    labels: labels(name),
    t: [from, from + 1],
    v: [from / 3, from === 1 ? Number.NaN : null],
  }))
const batches = [batch(1, ['a', 'b']), batch(3, ['a', 'b', 'c']), batch(5, ['c', 'a'])]
const end: RecordLine = {kind: 'end', atMs: 9, ended: 'completed', residual: []}
const note: RecordLine = {kind: 'event', atMs: 1, event: 'note', message: ''}

/** Flushed after each line: wherever it is cut, another line is the last one. */
const write = async (name: string, version: number): Promise<string> => {
  const recorder = await openRecorder(join(folder, name))
  const write = (line: RecordLine): void => {
    recorder.write(line)
    recorder.flush()
  }
  const samples =
    version === 1
      ? (all: Series[]) => {
          for (const series of all) write({kind: 'samples', series})
        }
      : writeSamplesTo({write})
  write(header(version))
  for (const all of batches) {
    samples(all)
    write(note)
  }
  write(end)
  await recorder.close()
  return recorder.path
}

const isPrefix = (part: Series[], whole: Series[]): boolean =>
  part.every(({labels: {__name__: name}, t, v}) => {
    const all = whole.find(({labels: {__name__: other}}) => other === name)
    return (
      all && t.length === v.length && t.every((time, at) => time === all.t[at] && Object.is(v[at], all.v[at]))
    )
  })

/** Every way to cut the bytes off, or one in `step`: how many samples are left, and how often there is an end. */
const readCuts = async (bytes: Buffer, whole: RunRecord, step: number, saved: (part: Buffer) => Buffer) => {
  const path = join(folder, 'cut.jsonl.gz')
  const counts = new Set<number>()
  let ends = 0
  for (let length = (bytes.length - 1) % step; length < bytes.length; length += step) {
    writeFileSync(path, saved(bytes.subarray(0, length)))
    const read = await readRecord(path).catch((error: unknown) => error)
    // Without its first line it is none, and that is said.
    if (read instanceof UserError) {
      expect(counts.size).toBe(0)
      continue
    }
    // What is no error is a record.
    const {series, end: last} = read as RunRecord
    expect(isPrefix(series, whole.series)).toBe(true)
    counts.add(series.reduce((sum, {t}) => sum + t.length, 0))
    ends += last ? 1 : 0
  }
  return {counts: [...counts], ends}
}

describe.each([1, recordVersion])('a record of version %i', (version) => {
  // Nobody writes the old one any more.
  const step = version === 1 ? 3 : 1
  let path: string
  let whole: RunRecord

  beforeAll(async () => {
    path = await write(`v${version}.jsonl.gz`, version)
    whole = await readRecord(path)
  })

  it('has what was written', () => {
    expect(whole.end).toEqual(end)
    expect(whole.events).toHaveLength(3)
    expect(whole.series).toEqual([
      {labels: labels('a'), t: [1, 2, 3, 4, 5, 6], v: [1 / 3, Number.NaN, 1, null, 5 / 3, null]},
      {labels: labels('b'), t: [1, 2, 3, 4], v: [1 / 3, Number.NaN, 1, null]},
      {labels: labels('c'), t: [3, 4, 5, 6], v: [1, null, 5 / 3, null]},
    ])
  })

  it('is read as far as it goes, wherever its file is cut off', async () => {
    const {counts} = await readCuts(readFileSync(path), whole, step, (part) => part)
    // By block, or by series where each has a line of its own: nothing that was flushed is lost.
    expect(counts).toEqual(version === 1 ? [0, 2, 4, 6, 8, 10, 12, 14] : [0, 4, 10, 14])
  })

  it('is read as far as its lines are whole, wherever its text is cut off', async () => {
    const text = gunzipSync(readFileSync(path))
    const {counts, ends} = await readCuts(text, whole, step, (part) => gzipSync(part, {level: 1}))
    expect(counts).toEqual(version === 1 ? [0, 2, 4, 6, 8, 10, 12, 14] : [0, 4, 10, 14])
    // Whole but for the last newline.
    expect(ends).toBe(1)
  })

  it('has no end where one of its lines is damaged: what follows is not known to go with it', async () => {
    const lines = gunzipSync(readFileSync(path)).toString().trim().split('\n')
    const damagedPath = join(folder, 'damaged.jsonl.gz')
    for (let at = 1; at < lines.length - 1; at++) {
      const torn = lines.with(at, lines[at]?.slice(0, -4) ?? '')
      writeFileSync(damagedPath, gzipSync(`${torn.join('\n')}\n`))
      const read = await readRecord(damagedPath)
      expect(read.end, lines[at]).toBeUndefined()
      expect(isPrefix(read.series, whole.series)).toBe(true)
    }
  })
})

it('a record has no end where the line that gives a series its number is missing', async () => {
  const lines = gunzipSync(readFileSync(await write('lost.jsonl.gz', recordVersion)))
    .toString()
    .split('\n')
  const path = join(folder, 'without.jsonl.gz')
  for (const name of ['a', 'b', 'c']) {
    const kept = lines.filter((line) => !line.startsWith('{"kind":"series"') || !line.includes(`"${name}"`))
    expect(kept).toHaveLength(lines.length - 1)
    writeFileSync(path, gzipSync(kept.join('\n')))
    expect((await readRecord(path)).end, name).toBeUndefined()
  }
})
