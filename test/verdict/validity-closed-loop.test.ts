import {describe, expect, it} from 'vitest'
import {makeReport} from '../../src/reporters/report.js'
import terminal from '../../src/reporters/terminal.js'
import type {RunRecord} from '../../src/run/record.js'
import {judge} from '../../src/verdict/judge.js'
import {failedChecks} from '../fakes/record-judged.js'
import {variantRecord} from '../fakes/record-variants.js'

/** The good record, as an engine of a closed loop would have left it: no rates planned, no lateness told. */
const closedLoop = (change: (record: RunRecord) => void = () => {}): RunRecord => {
  const record = variantRecord('pass')
  const {load} = record.header.plan.scenario
  load.engine = 'autocannon'
  for (const stream of load.streams) stream.profile = {kind: 'connections', connections: 50, pipelining: 1}
  record.header.plan.rates = []
  for (const {health} of record.load) delete health.latenessMs
  change(record)
  return record
}

const silent = (record: RunRecord, from: number, to: number): void => {
  for (const {requests} of record.load.slice(from, to)) {
    for (const request of Object.values(requests)) {
      Object.assign(request, {due: 0, sent: 0, answered: {}, failed: {}, histogram: ''})
    }
  }
}

describe('a run in a closed loop', () => {
  it('is not compared with a plan that it does not have', () => {
    const {validity, outcome} = judge(closedLoop())
    expect(outcome).toBe('pass')
    expect(validity.map(({name}) => name)).toEqual(
      expect.arrayContaining(['load started', 'load in every phase', 'generator not the bottleneck']),
    )
    expect(validity.map(({name}) => name)).not.toEqual(expect.arrayContaining(['load as planned']))
    expect(validity.map(({name}) => name)).not.toEqual(expect.arrayContaining(['generator on time']))
  })

  it('is invalid when nothing was sent in a phase, whatever the others had', () => {
    const verdict = judge(closedLoop((record) => silent(record, 25, 55)))
    expect(failedChecks(verdict)).toEqual(['load in every phase'])
    expect(verdict.outcome).toBe('invalid')
    expect(verdict.summary).toContain('no request was sent in the fault phase')
    expect(verdict.advice).toEqual([expect.stringContaining('engine: pacer')])
  })

  it('goes on being valid while a stall lets little through', () => {
    expect(judge(closedLoop((record) => silent(record, 26, 55))).outcome).not.toBe('invalid')
  })

  it('is invalid when the generator had no time to spare', () => {
    const busy = (seconds: number) =>
      closedLoop((record) => {
        for (const {health} of record.load.slice(30, 30 + seconds)) health.cpu = 0.99
      })
    expect(judge(busy(3)).outcome).toBe('pass')
    const verdict = judge(busy(4))
    expect(failedChecks(verdict)).toEqual(['generator not the bottleneck'])
    expect(verdict.summary).toContain('the target may carry more')
  })
})

describe('a generator in a closed loop', () => {
  it('is the bottleneck when its event loop came late to answers', () => {
    const verdict = judge(
      closedLoop((record) => {
        for (const {health} of record.load.slice(30, 34)) health.loopDelayMs = {p99: 60, max: 90}
      }),
    )
    expect(failedChecks(verdict)).toEqual(['generator not the bottleneck'])
  })

  it('is invalid when it had no sockets', () => {
    const verdict = judge(
      closedLoop((record) => {
        for (const {requests} of record.load)
          for (const request of Object.values(requests)) request.failed = {...request.failed, local: 1}
      }),
    )
    expect(failedChecks(verdict)).toEqual(['generator had sockets'])
  })
})

describe('the report', () => {
  const text = (record: RunRecord): string =>
    terminal.render(makeReport(record, judge(record), 'r'), {color: false, width: 100})

  it('says what latency counts from in a closed loop, and that nothing was due', () => {
    expect(text(closedLoop())).toContain(
      'Load, latency from the send (closed loop: waits before it are not in it)',
    )
    expect(text(closedLoop())).toContain(
      'Generator: no lateness (closed loop: nothing is due at a time), 12%',
    )
  })

  it('says which engine does not report its lateness', () => {
    const record = variantRecord('pass')
    record.header.plan.scenario.load.engine = 'k6'
    for (const {health} of record.load) delete health.latenessMs
    expect(text(record)).toContain('Generator: lateness not reported by k6, 12%')
    expect(text(variantRecord('pass'))).toContain('Generator: lateness p99 at worst 1.4ms')
  })
})
