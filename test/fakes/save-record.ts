import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {RunRecord} from '../../src/run/record.js'
import {openRecorder} from '../../src/run/recorder.js'
import {writeSamplesTo} from '../../src/run/write-samples.js'

/** Writes a record as a run does, into the folder of the run; returns its path. */
export const saveRecord = async (folder: string, record: RunRecord): Promise<string> => {
  await mkdir(folder, {recursive: true})
  const path = join(folder, 'record.jsonl.gz')
  const recorder = await openRecorder(path)
  recorder.write(record.header)
  for (const event of record.events) recorder.write(event)
  for (const second of record.load) recorder.write({kind: 'load', ...second})
  recorder.flush()
  writeSamplesTo(recorder)(record.series)
  if (record.end) recorder.write(record.end)
  await recorder.close()
  return path
}
