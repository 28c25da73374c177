import {describe, expect, it} from 'vitest'
import {EnvironmentError} from '../../src/errors.js'
import {withRules} from '../../src/metrics/ruled-source.js'
import type {Answer, MetricSource, Series} from '../../src/metrics/source.js'
import type {RuleGroup} from '../../src/promql/index.js'

const rules: RuleGroup[] = [
  {
    name: 'g',
    rules: [
      {kind: 'record', record: 'job:heat', expr: 'sum(heat)', labels: {}},
      {kind: 'alert', alert: 'Hot', expr: 'job:heat > 5', forMs: 2000, keepFiringMs: 0, labels: {}},
    ],
  },
]

/** A server with one gauge that is 9, and what it was asked. */
const server = (
  knows: Record<string, Answer[]> = {},
  samplesNow?: NonNullable<MetricSource['samplesNow']>,
) => {
  const asked: string[] = []
  const source: MetricSource = {
    kind: 'prometheus',
    intervalMs: 1000,
    describe: async () => 'fake',
    query: async (expression) => {
      asked.push(expression)
      return {answers: knows[expression] ?? [], warnings: []}
    },
    samples: async (selector, fromMs, toMs): Promise<Series[]> => {
      asked.push(`${selector} ${fromMs}..${toMs}`)
      const t = Array.from({length: 100}, (_, second) => second * 1000).filter(
        (tMs) => tMs > fromMs && tMs <= toMs,
      )
      return selector === 'heat' ? [{labels: {__name__: 'heat'}, t, v: t.map(() => 9)}] : []
    },
    ...(samplesNow && {samplesNow}),
    caughtUp: async () => {},
    close: async () => {},
  }
  return {source: withRules(source, rules), asked}
}

describe('a Prometheus with rules over it', () => {
  it('answers itself what it can, and what no rule is about', async () => {
    const known = [{labels: {}, value: 7}]
    const {source, asked} = server({'job:heat': known})
    expect((await source.query('job:heat', 10_000)).answers).toEqual(known)
    expect((await source.query('other', 10_000)).answers).toEqual([])
    expect(asked).toEqual(['job:heat', 'other'])
  })

  it('has rules that it does not know evaluated over its samples', async () => {
    const {source} = server()
    expect((await source.query('job:heat', 10_000)).answers).toEqual([
      {labels: {__name__: 'job:heat'}, value: 9},
    ])
  })

  it('is asked for samples with the patience of a question, as a guard cannot wait for a minute', async () => {
    const {source} = server({}, async () => {
      throw new EnvironmentError('busy for longer than a few seconds', {hint: 'Wait.'})
    })
    await expect(source.query('job:heat', 10_000)).rejects.toThrow(/busy/)
  })

  it('has alerts wait from one question to the next', async () => {
    const {source} = server()
    const firing = async (atMs: number) =>
      (await source.query('ALERTS{alertname="Hot", alertstate="firing"}', atMs)).answers.length
    expect([await firing(10_000), await firing(11_000), await firing(12_000)]).toEqual([0, 0, 1])
  })

  it('asks for each sample once, and again for those that may have come late', async () => {
    const {source, asked} = server()
    await source.query('job:heat', 10_000)
    await source.query('job:heat', 20_000)
    expect(asked.filter((one) => one.startsWith('heat '))).toEqual(['heat 4000..10000', 'heat 7000..20000'])
  })
})
