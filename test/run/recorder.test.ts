import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {readRecord} from '../../src/run/read-record.js'
import {type RecordHeader, type RecordLine, recordVersion} from '../../src/run/record.js'
import {openRecorder, prepareRecords} from '../../src/run/recorder.js'
import {emptyTarget} from '../fakes/run-world.js'

let path: string

// Only the kind and the version matter here.
const header = {
  kind: 'header',
  recordVersion,
  runId: 'run-1',
  plan: {target: emptyTarget, streams: [], scenario: {load: {streams: []}}},
} as unknown as RecordHeader
const note = (message: string): RecordLine => ({kind: 'event', atMs: 1, event: 'note', message})
const samples = (t: number[], v: (number | null)[]): RecordLine => ({
  kind: 'samples',
  series: {labels: {__name__: 'm', job: 'a'}, t, v},
})

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'shakedown-record-')), 'run', 'record.jsonl.gz')
})

describe('a record', () => {
  it('reads back what was written, numbers that JSON has no word for too', async () => {
    const recorder = await openRecorder(path)
    for (const line of [header, note('a'), samples([1, 2], [1, Number.NaN])]) recorder.write(line)
    recorder.write(samples([2, 3, 4], [9, Number.POSITIVE_INFINITY, null]))
    recorder.write({kind: 'end', atMs: 5, ended: 'completed', residual: []})
    await recorder.close()
    const record = await readRecord(path)
    expect(record.header.runId).toBe('run-1')
    expect(record.events).toEqual([note('a')])
    // The sample at 2 came twice: the first counts.
    expect(record.series).toEqual([
      {
        labels: {__name__: 'm', job: 'a'},
        t: [1, 2, 3, 4],
        v: [1, Number.NaN, Number.POSITIVE_INFINITY, null],
      },
    ])
    expect(record.end?.ended).toBe('completed')
  })

  it('is readable as far as it was flushed when the writer is cut off', async () => {
    const recorder = await openRecorder(path)
    recorder.write(header)
    recorder.write(note('kept'))
    recorder.flush()
    await expect.poll(async () => (await readRecord(path)).events).toEqual([note('kept')])
    const flushed = readFileSync(path)
    recorder.write(note('lost'))
    await recorder.close()
    writeFileSync(path, flushed)
    const record = await readRecord(path)
    expect(record.events).toEqual([note('kept')])
    expect(record.end).toBeUndefined()
  })

  it('loses only the torn line when its last bytes are gone', async () => {
    const recorder = await openRecorder(path)
    recorder.write(header)
    for (let index = 0; index < 500; index++) recorder.write(note(`${index} ${Math.sin(index)}`))
    await recorder.close()
    const whole = readFileSync(path)
    writeFileSync(path, whole.subarray(0, whole.length / 2))
    const {events} = await readRecord(path)
    expect(events.length).toBeGreaterThan(50)
    expect(events.length).toBeLessThan(500)
  })

  it('says before anything is started that there is no folder to write to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shakedown-records-'))
    await prepareRecords(join(folder, 'new', 'runs'))
    writeFileSync(join(folder, 'file'), '')
    await expect(prepareRecords(join(folder, 'file', 'runs'))).rejects.toMatchObject({
      message: expect.stringContaining(`The record in ${join(folder, 'file', 'runs')} cannot be written`),
      hint: expect.stringContaining('--output-dir'),
    })
  })

  it('says so, once and with what to do, when the disk is full', async () => {
    const recorder = await openRecorder('/dev/full')
    recorder.write(header)
    recorder.flush()
    await expect.poll(() => recorder.failed.aborted).toBe(true)
    recorder.write(note('after'))
    expect(recorder.failed.reason).toBeInstanceOf(EnvironmentError)
    expect(String(recorder.failed.reason.message)).toContain('no space left')
    await expect(recorder.close()).rejects.toThrow('no space left')
  })

  it.each([
    ['is missing', undefined, 'There is no record'],
    ['is no gzip', 'hello', 'is not a record'],
  ])('is refused when it %s', async (_, content, message) => {
    const file = join(mkdtempSync(join(tmpdir(), 'shakedown-record-')), 'record.jsonl.gz')
    if (content !== undefined) writeFileSync(file, content)
    await expect(readRecord(file)).rejects.toThrow(message)
    await expect(readRecord(file)).rejects.toThrow(UserError)
  })

  it('is refused when a newer version wrote it', async () => {
    const recorder = await openRecorder(path)
    recorder.write({...header, recordVersion: recordVersion + 1})
    await recorder.close()
    await expect(readRecord(path)).rejects.toThrow('newer version')
  })
})
