import {expect, it} from 'vitest'
import type {MetricSource} from '../../src/metrics/source.js'
import {LiveSeries} from '../../src/run/live-series.js'
import {ratio} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs, sampleIntervalMs} from '../fakes/record-series.js'

it('samples of a run that goes on are not waited for as those of the record are', async () => {
  const asked: string[] = []
  const source: Pick<MetricSource, 'intervalMs' | 'samples' | 'samplesNow'> = {
    intervalMs: sampleIntervalMs,
    samples: () => Promise.reject(new Error('still waiting')),
    samplesNow: async (selector) => {
      asked.push(selector)
      return []
    },
  }
  const {plan} = paymentSlowRecord().header
  const own = {
    ...plan,
    scenario: {...plan.scenario, objectives: [ratio({bad: 'bad_total', total: 'all_total'})]},
  }
  // Of a source, only these are asked.
  const live = new LiveSeries(own, source as MetricSource, runStartMs)
  expect(await live.upTo(runStartMs)).toEqual([])
  expect(asked).toEqual(['all_total', 'bad_total'])
})
