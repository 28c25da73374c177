import {afterEach, describe, expect, it} from 'vitest'
import {startEmbeddedSource} from '../../src/metrics/embedded.js'
import type {RuleGroup} from '../../src/promql/index.js'
import {systemClock} from '../../src/system/clock.js'
import {startExporter} from '../fakes/metrics-exporter.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const rules: RuleGroup[] = [
  {
    name: 'g',
    rules: [
      {kind: 'record', record: 'job:heat', expr: 'max by (job) (heat)', labels: {}},
      {kind: 'alert', alert: 'Hot', expr: 'job:heat > 5', forMs: 1000, keepFiringMs: 0, labels: {}},
    ],
  },
]

const started = async () => {
  const target = await startExporter('heat 9\n')
  closers.push(target.close)
  const targets = [{url: target.url, labels: {job: 'room', instance: 'one'}}]
  const source = await startEmbeddedSource({targets, intervalMs: 250, rules})
  closers.push(source.close)
  return {source, target}
}

describe('the embedded source with rules', () => {
  it('answers what they record, and which alerts fire after their own wait', async () => {
    const {source, target} = await started()
    const ask = async (expression: string) => (await source.query(expression, systemClock.now())).answers
    const firing = 'ALERTS{alertname="Hot", alertstate="firing"}'
    await expect
      .poll(() => ask('job:heat'), {timeout: 10_000})
      .toEqual([{labels: {__name__: 'job:heat', job: 'room'}, value: 9}])
    await expect.poll(() => ask(firing)).toMatchObject([{value: 1}])
    const [since] = await ask('ALERTS_FOR_STATE')
    const [first] = await ask('min_over_time(timestamp(ALERTS{alertstate="firing"})[1h:100ms])')
    expect((first?.value ?? 0) - (since?.value ?? 0)).toBeGreaterThanOrEqual(1)
    target.expose('heat 1\n')
    await expect.poll(() => ask(firing)).toEqual([])
  })

  it('keeps what it computes out of the samples that are saved', async () => {
    const {source} = await started()
    await expect
      .poll(async () => (await source.query('job:heat', systemClock.now())).answers, {timeout: 10_000})
      .toHaveLength(1)
    const names = (await source.all(0, systemClock.now())).map(({labels}) => labels['__name__'])
    expect(names).toContain('heat')
    expect(names).not.toContain('job:heat')
  })
})
