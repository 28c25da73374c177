import {describe, expect, it} from 'vitest'
import {levelsOf} from '../../src/plan/envelope.js'
import type {FaultLevel} from '../../src/plan/plan.js'
import type {RunEvent, RunRecord} from '../../src/run/record.js'
import type {Envelope} from '../../src/scenarios/scenario.js'
import {timelineOf} from '../../src/verdict/timeline.js'
import {at, failedChecks, verdictOf} from '../fakes/record-judged.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {runStartMs} from '../fakes/record-series.js'

/** The fault phase of the fixed record; its only fault lasts as long. */
const [startMs, endMs] = [25_000, 55_000]

const level = ({atMs, level}: FaultLevel): RunEvent => ({
  ...at(atMs),
  event: 'fault-level',
  fault: 'f1',
  level,
})

const failure = (atMs: number, wanted: number): RunEvent => ({
  ...at(atMs),
  event: 'fault-level-failed',
  fault: 'f1',
  level: wanted,
  message: 'the proxy is busy',
})

/** Gives the record's fault an envelope, and lets it follow it as `went` says. */
const follow =
  (envelope: Envelope, went: (levels: FaultLevel[]) => RunEvent[] = (levels) => levels.map(level)) =>
  (record: RunRecord): void => {
    const levels = levelsOf(envelope, startMs, endMs)
    const [fault] = record.header.plan.faults
    Object.assign(fault ?? {}, {envelope, levels})
    record.events.push(...went(levels).map((event) => ({...event, atMs: event.atMs + 30})))
  }

const ramp: Envelope = {kind: 'ramp', upMs: 10_000, downMs: 5_000}
const pulse: Envelope = {kind: 'pulse', everyMs: 3_000, onMs: 1_000}

const check = (change: (record: RunRecord) => void) => {
  const verdict = verdictOf(change)
  const found = verdict.validity.find(({name}) => name === 'fault f1 kept to its envelope')
  return {verdict, found}
}

describe('a fault with an envelope', () => {
  it.each([ramp, pulse])('keeps to it when each level came a little late: %j', (envelope) => {
    const {verdict, found} = check(follow(envelope))
    expect(failedChecks(verdict)).toEqual([])
    expect(found).toMatchObject({ok: true, message: expect.stringContaining('the limit is 20%')})
  })

  it('makes the run invalid when it was never turned up', () => {
    const stuck = (levels: FaultLevel[]) => [
      ...levels.slice(0, 1).map(level),
      ...levels.slice(1).map(({atMs, level}) => failure(atMs, level)),
    ]
    const {verdict, found} = check(follow(ramp, stuck))
    expect(failedChecks(verdict)).toEqual(['fault f1 kept to its envelope'])
    expect(verdict.outcome).toBe('invalid')
    expect(found?.message).toMatch(
      /^the strength of latency \(rises over 10s, falls over its last 5s\) was off by more than 25% for 8\d(\.\d+)?% of its time, the limit is 20%; 30 changes failed, first: the proxy is busy$/,
    )
    expect(verdict.advice.join()).toContain('API answers in time')
  })

  it('makes the run invalid when a pulse was never turned off', () => {
    const {verdict} = check(follow(pulse, (levels) => levels.slice(0, 1).map(level)))
    expect(failedChecks(verdict)).toEqual(['fault f1 kept to its envelope'])
  })

  it('may miss a level that is made good at the next one', () => {
    const once = (levels: FaultLevel[]) =>
      levels.map((one, index) => (index === 8 ? failure(one.atMs, one.level) : level(one)))
    const {verdict, found} = check(follow(ramp, once))
    expect(failedChecks(verdict)).toEqual([])
    expect(found?.message).toContain('1 change failed, first: the proxy is busy')
  })

  it('is judged up to where a stopped run came', () => {
    const {found} = check((record) => {
      follow(ramp, (levels) => levels.filter(({atMs}) => atMs < 30_000).map(level))(record)
      record.events = record.events.filter(
        ({event, atMs}) => event !== 'fault-undone' && atMs < runStartMs + 30_000,
      )
      record.end = {kind: 'end', atMs: runStartMs + 30_100, ended: 'guard', residual: []}
    })
    expect(found).toMatchObject({ok: true})
  })

  it('has no such check when its strength is constant', () => {
    expect(check(() => {}).found).toBeUndefined()
  })
})

describe('several looks', () => {
  const looks =
    (...bits: ('yes' | 'no' | 'unknown')[]) =>
    (record: RunRecord): void => {
      record.events = record.events.filter(({event}) => event !== 'fault-seen')
      for (const [index, bit] of bits.entries()) {
        const evidence = {bit, observations: [`look ${index + 1}`], numbers: {}}
        record.events.push({
          ...at(30_000 + index * 1_000),
          event: 'fault-seen',
          fault: 'f1',
          level: 1,
          evidence,
        })
      }
    }

  const told = (...bits: ('yes' | 'no' | 'unknown')[]) =>
    verdictOf(looks(...bits)).validity.find(({name}) => name === 'fault f1 took effect')

  it.each([
    [['no', 'unknown', 'yes'], true, 'took effect: look 3'],
    [['yes', 'no'], true, 'took effect: look 1'],
    [['no', 'no', 'unknown'], false, 'did not take effect in 3 looks: look 2'],
    [['unknown', 'unknown'], false, 'was not seen to take effect in 2 looks: look 2'],
    [['no'], false, 'did not take effect: look 1'],
  ] as const)('%j: %s', (bits, ok, words) => {
    expect(told(...bits)).toMatchObject({ok, message: expect.stringContaining(words)})
  })
})

describe('the timeline of a fault with an envelope', () => {
  const linesOf = (change: (record: RunRecord) => void): string[] => {
    const record = paymentSlowRecord()
    change(record)
    return timelineOf(record, runStartMs)
      .filter(({text}) => text.startsWith('f1'))
      .map(({offsetMs, text}) => `${offsetMs} ${text}`)
  }

  it('tells where the strength turns, and draws all of it', () => {
    expect(linesOf(follow(ramp))).toEqual([
      '25014 f1 latency applied: delays answers on order->payment by 10 s, strength rises over 10s, falls over its last 5s',
      '26600 f1 latency took effect: a probe through order-payment-1 took 10.01 s',
      '35030 f1 latency is at 100% of its strength',
      '55009 f1 latency undone, its strength was ▁▂▃▄▅▆▇█████████████▇▅▄▂ in 31 levels',
    ])
  })

  it('tells the first few of many turns', () => {
    const lines = linesOf(follow({kind: 'pulse', everyMs: 1_000, onMs: 500}))
    expect(lines.filter((line) => line.includes('of its strength'))).toEqual([
      '25530 f1 latency is at 0% of its strength',
      '26030 f1 latency is at 100% of its strength',
      '26530 f1 latency is at 0% of its strength',
      '27030 f1 latency is at 100% of its strength',
    ])
    expect(lines.at(-1)).toContain('in 60 levels')
  })

  it('tells the first few of many failures, and how many there were', () => {
    const lines = linesOf(
      follow(ramp, (levels) =>
        levels.map((one, index) => (index === 0 ? level(one) : failure(one.atMs, one.level))),
      ),
    )
    expect(lines.filter((line) => line.includes('could not be brought to'))).toHaveLength(3)
    expect(lines.at(-1)).toMatch(/undone, its strength was ▁+ in 1 level, 30 changes failed$/)
  })
})
