import {describe, expect, it} from 'vitest'
import type {RunRecord} from '../../../src/run/record.js'
import type {Effects} from '../../../src/verdict/effects/effect.js'
import {effectsOf} from '../../../src/verdict/effects/effects.js'
import {requestSecond} from '../../fakes/record-load.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {flow, scrapeTimes, seriesOf} from '../../fakes/record-series.js'

const effectsAfter = (change: (record: RunRecord) => void): Effects => {
  const record = paymentSlowRecord()
  change(record)
  return effectsOf(record)
}

/** Every second like those of the baseline, but for some. */
const calmBut =
  (change: (second: number) => ReturnType<typeof requestSecond> | undefined) =>
  ({load}: RunRecord): void => {
    for (const [second, {requests}] of load.entries()) {
      for (const name of Object.keys(requests)) delete requests[name]
      requests['browse'] = change(second) ?? requestSecond(90)
    }
  }

const inFault = (second: number): boolean => second >= 25 && second < 55

describe('what a fault did to the callers', () => {
  it('was felt within the second in which errors began, and over with the last of them', () => {
    const errors = (second: number) =>
      second >= 28 && second < 58 ? requestSecond(60, {rejected: 30}) : undefined
    const [fault] = effectsAfter(calmBut(errors)).faults
    // Applied 14 ms into second 25, undone 9 ms into second 55.
    expect(fault).toEqual({fault: 'f1', feltMs: 3986, overMs: 2991, lasting: false})
  })

  it.each([
    ['answers that are slower', requestSecond(70, {slow: 20})],
    ['requests without an answer', requestSecond(80, {timedOut: 10})],
  ])('is felt by %s', (_, bad) => {
    const [fault] = effectsAfter(calmBut((second) => (inFault(second) ? bad : undefined))).faults
    expect(fault).toEqual({fault: 'f1', feltMs: 986, overMs: 0, lasting: false})
  })

  it('was not felt where the seconds are like those before', () => {
    const noise = (second: number) => (second % 9 === 0 ? requestSecond(89, {slow: 1}) : undefined)
    expect(effectsAfter(calmBut(noise)).faults).toEqual([{fault: 'f1', overMs: 0, lasting: false}])
  })

  it('was dealt with where the callers are well again while it is in force', () => {
    const errors = (second: number) =>
      second >= 25 && second < 40 ? requestSecond(60, {rejected: 30}) : undefined
    const [fault] = effectsAfter(calmBut(errors)).faults
    expect(fault).toEqual({fault: 'f1', feltMs: 986, mitigatedMs: 14_986, overMs: 0, lasting: false})
    const nearlyTillTheEnd = (second: number) =>
      second >= 25 && second < 53 ? requestSecond(60, {rejected: 30}) : undefined
    expect(effectsAfter(calmBut(nearlyTillTheEnd)).faults[0]).not.toHaveProperty('mitigatedMs')
  })

  it('lasts when the end of the record is still unlike the baseline', () => {
    const ever = (second: number) => (second >= 25 ? requestSecond(60, {rejected: 30}) : undefined)
    expect(effectsAfter(calmBut(ever)).faults[0]).toMatchObject({lasting: true, overMs: 19_991})
  })

  it('is felt where callers that wait send nothing, and time out', () => {
    const hang = {...requestSecond(0, {timedOut: 10}), due: 0, sent: 0}
    const [fault] = effectsAfter(calmBut((second) => (inFault(second) ? hang : undefined))).faults
    expect(fault).toEqual({fault: 'f1', feltMs: 986, overMs: 0, lasting: false})
  })

  it('is not said to be unfelt where no load was written down', () => {
    const cut = effectsAfter((record) => {
      record.load = record.load.filter((_, second) => !inFault(second) && second !== 55)
    })
    expect(cut.faults).toEqual([])
  })

  it('is told of no fault that never came, and of none without a baseline', () => {
    const never = effectsAfter((record) => {
      record.events = record.events.filter(({event}) => event !== 'fault-applied')
    })
    const blind = effectsAfter((record) => {
      record.load = record.load.slice(25)
    })
    expect([never.faults, blind.faults]).toEqual([[], []])
  })
})

describe('what a fault did to an edge', () => {
  const counter = (name: string, labels: Record<string, string>, count: (offsetMs: number) => number) =>
    seriesOf(
      name,
      {job: 'order', instance: 'order-1', from: 'order', to: 'payment', ...labels},
      scrapeTimes(-2000, 77_000, 40),
      count,
    )

  it('is counted by its caller: attempts for each call, and failures by result', () => {
    const {edges} = effectsAfter((record) => {
      record.series.push(
        counter('client_calls_total', {result: 'ok'}, flow({fromMs: 0, toMs: 75_000, perSecond: 30})),
        counter('client_attempts_total', {result: 'ok'}, flow({fromMs: 0, toMs: 75_000, perSecond: 30})),
        counter(
          'client_attempts_total',
          {result: 'timeout'},
          flow({fromMs: 26_000, toMs: 54_000, perSecond: 60}),
        ),
      )
    })
    expect(
      edges.map(({phase, attemptsPerCall, failedShare}) => [
        phase,
        attemptsPerCall.toFixed(1),
        failedShare.toFixed(2),
      ]),
    ).toEqual([
      ['baseline', '1.0', '0.00'],
      ['fault', '2.9', '0.65'],
      ['recovery', '1.0', '0.00'],
    ])
    expect(edges[1]).toMatchObject({
      edge: 'order->payment',
      calls: 900,
      attempts: 2580,
      failed: {timeout: 1680},
    })
  })
})
