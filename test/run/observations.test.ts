import {describe, expect, it} from 'vitest'
import type {MetricSource} from '../../src/metrics/source.js'
import {allSelectors} from '../../src/plan/selectors.js'
import {ObservationSaver} from '../../src/run/observations.js'
import type {RecordLine} from '../../src/run/record.js'
import type {Recorder} from '../../src/run/recorder.js'
import type {QueryObjective} from '../../src/scenarios/scenario.js'
import {ratio} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

const objective = ratio()
const query: QueryObjective = {
  kind: 'query',
  name: 'opened',
  query: 'max(circuit_state)',
  expect: {comparator: '>=', value: 1},
  during: ['fault'],
  confidence: 0.95,
  minSamples: 10,
}
const written = async (
  act: (saver: ObservationSaver) => Promise<void>,
  source: Partial<MetricSource>,
): Promise<RecordLine[]> => {
  const {plan} = paymentSlowRecord().header
  const lines: RecordLine[] = []
  const recorder: Recorder = {
    path: '',
    failed: new AbortController().signal,
    write: (line) => void lines.push(line),
    flush: () => {},
    close: async () => {},
  }
  const metrics: MetricSource = {
    kind: 'prometheus',
    intervalMs: 1000,
    describe: async () => '',
    query: async () => ({answers: [], warnings: []}),
    samples: async () => [],
    caughtUp: async () => {},
    close: async () => {},
    ...source,
  }
  const scenario = {...plan.scenario, objectives: [objective, query]}
  await act(new ObservationSaver({...plan, scenario}, metrics, recorder, 0))
  return lines
}

describe('what is saved from the embedded store', () => {
  it('is all of it but the samples made from the seconds of load, which the record holds themselves', async () => {
    const series = (name: string, job: string) => ({
      labels: {__name__: name, job, instance: 'load'},
      t: [1],
      v: [1],
    })
    const all = async () => [
      series('shakedown_load_in_flight', 'shakedown'),
      series('shakedown_load_in_flight', 'another'),
      series('up', 'shakedown'),
    ]
    const lines = await written((saver) => saver.saveSamples(10_000), {kind: 'embedded', all})
    const declared = lines.flatMap((line) => (line.kind === 'series' ? [Object.values(line.labels)] : []))
    expect(declared).toEqual([
      ['shakedown_load_in_flight', 'another', 'load'],
      ['up', 'shakedown', 'load'],
    ])
    expect(lines.filter(({kind}) => kind === 'block')).toEqual([
      {
        kind: 'block',
        t: [1],
        v: [
          [0, 1],
          [1, 1],
        ],
      },
    ])
  })

  it('asks no Prometheus for the metrics of the load', () => {
    const {plan} = paymentSlowRecord().header
    const own = ratio({
      bad: 'shakedown_load_requests_total{outcome="failed"}',
      total: 'shakedown_load_requests_total',
    })
    const scenario = {...plan.scenario, rules: [], objectives: [own, objective]}
    expect(allSelectors({...plan, scenario})).toEqual(['up', objective.total, objective.bad])
  })
})

describe('what is saved from a Prometheus', () => {
  it('holds its warnings about samples, with the objectives that they matter to', async () => {
    const lines = await written((saver) => saver.saveSamples(10_000), {
      samples: async (selector, _from, _to, _signal, onWarning) => {
        if (selector !== 'circuit_state') onWarning?.(`partial ${selector}`)
        return []
      },
    })
    expect(lines).toMatchObject([
      {event: 'warning', message: expect.stringContaining('partial up'), about: []},
      {event: 'warning', message: expect.stringContaining(objective.total), about: [objective.total]},
      {event: 'warning', message: expect.stringContaining('code=~'), about: [objective.bad]},
    ])
  })

  it('holds its answers with warnings and remarks', async () => {
    const answers = [{labels: {}, value: 1}]
    const lines = await written(
      async (saver) => {
        const phase = paymentSlowRecord().header.plan.phases.find(({name}) => name === 'fault')
        if (phase) await saver.saveAnswers(phase, 0)
      },
      {query: async () => ({answers, warnings: ['partial'], infos: ['not a counter']})},
    )
    expect(lines).toMatchObject([
      {kind: 'answer', query: query.query, answers, warnings: ['partial'], infos: ['not a counter']},
    ])
  })
})
