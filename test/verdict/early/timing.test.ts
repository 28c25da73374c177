import {expect, it} from 'vitest'
import {dueEndOf, originOf, stoppedEarlyMs} from '../../../src/verdict/early/timing.js'
import {at} from '../../fakes/record-judged.js'
import {paymentSlowRecord} from '../../fakes/record-payment-slow.js'
import {runStartMs} from '../../fakes/record-series.js'

/** The fixed record after its baseline ended a second early, and its fault phase two seconds after that. */
const moved = () => {
  const record = paymentSlowRecord()
  const [baseline, fault] = ['baseline', 'fault'].map((name) =>
    record.header.plan.phases.find((one) => one.name === name),
  )
  const [planned] = record.header.plan.faults
  if (!baseline || !fault || !planned) throw new Error('the record has a baseline, a fault phase and a fault')
  const events = record.events.filter(({event}) => !event.startsWith('phase-'))
  record.events = [
    ...events,
    {...at(baseline.endMs - 1000), event: 'phase-ended', phase: 'baseline', early: '"up" decided'},
    {...at(baseline.endMs - 1000), event: 'phase-started', phase: 'fault'},
    {...at(fault.endMs - 3000), event: 'phase-ended', phase: 'fault', early: '"up" decided'},
  ]
  return {record, planned, fault}
}

it('the plan of a fault counts from when its phase really began', () => {
  const {record, planned} = moved()
  expect(originOf(record, planned, runStartMs)).toBe(runStartMs - 1000)
  expect(originOf(paymentSlowRecord(), planned, runStartMs)).toBe(runStartMs)
})

it('a fault is due to be taken back when its phase ended, or at its own end before that', () => {
  const {record, planned, fault} = moved()
  expect(dueEndOf(record, {...planned, endMs: fault.endMs}, runStartMs)).toBe(runStartMs + fault.endMs - 3000)
  const own = {...planned, endMs: fault.startMs + 500}
  expect(dueEndOf(record, own, runStartMs)).toBe(runStartMs + fault.startMs - 1000 + 500)
})

it('the load was stopped at the end of the last phase, if any ended early', () => {
  const {record, fault} = moved()
  expect(stoppedEarlyMs(record)).toBe(runStartMs + fault.endMs - 3000)
  expect(stoppedEarlyMs(paymentSlowRecord())).toBeUndefined()
})
