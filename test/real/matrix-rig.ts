import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {messageOf} from '../../src/errors.js'
import type {MetricSource} from '../../src/metrics/source.js'
import {ObservationSaver} from '../../src/run/observations.js'
import {readRecord} from '../../src/run/read-record.js'
import {openRecorder} from '../../src/run/recorder.js'
import {type Case, judged, type Preparation} from '../matrix/matrix.js'
import type {subjects} from '../matrix/objectives.js'

/** One of each way of counting. */
export const subjectsOfSources: (keyof typeof subjects)[] = [
  'bad of total',
  'latency',
  'query, rate over the phase',
  'query, fewer than',
  'query, worst of several',
  'relative to the baseline',
  'alert that must not fire',
  'recovery',
]

const folder = mkdtempSync(join(tmpdir(), 'shakedown-matrix-'))

/** Fetches what the case needs from a source, as a run does, into a record of its own, and judges that. */
export const judgedFrom = async (source: MetricSource, number: number, case_: Preparation): Promise<Case> => {
  const {header, events, load, end} = case_.record
  const plan = {
    ...header.plan,
    target: {...header.plan.target, metrics: {kind: 'prometheus' as const, url: 'http://127.0.0.1'}},
  }
  const startedMs = events.find(({event}) => event === 'load-started')?.atMs ?? 0
  const recorder = await openRecorder(join(folder, `${number}.jsonl.gz`))
  recorder.write({...header, plan})
  for (const event of events) recorder.write(event)
  for (const second of load) recorder.write({kind: 'load', ...second})
  const saver = new ObservationSaver(plan, source, recorder, startedMs)
  const endMs = startedMs + plan.durationMs + 1000
  try {
    for (const phase of plan.phases) await saver.saveAnswers(phase, startedMs)
    await saver.saveSamples(endMs)
  } catch (cause) {
    // As a run writes it down.
    const message = `the observations are not complete: ${messageOf(cause)}`
    recorder.write({kind: 'event', atMs: endMs, event: 'error', message})
  }
  if (end) recorder.write(end)
  await recorder.close()
  return judged({...case_, record: await readRecord(recorder.path)})
}
