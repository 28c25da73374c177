import {describe, expect, it} from 'vitest'
import {loadRemarks} from '../../src/reporters/load-phrases.js'
import {summarise} from '../../src/verdict/summary.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

/** What is said of the fixed record, with flows in the judged seconds and before them. */
const remarks = (): string[] => {
  const record = paymentSlowRecord()
  for (const second of record.load) {
    second.flows = {buy: {started: 3, completed: 1, broken: {pay: {status: 1, failed: 2}}}}
    const checkout = second.requests['checkout']
    if (checkout) checkout.unexpected = 20
  }
  return loadRemarks(summarise(record))
}

describe('what is said of a load', () => {
  it('tells what became of its flows, the commonest end first, and of answers that nobody expected', () => {
    // Of 75 seconds, the first five are the warm-up.
    expect(remarks()).toEqual([
      'Flow buy: 210 started, 70 completed, broken 140 at pay: no answer, 70 at pay: wrong status.',
      'Answers with a status that was not expected: 1,400 of checkout.',
    ])
  })

  it('is nothing where there is nothing to say', () => {
    expect(loadRemarks(summarise(paymentSlowRecord()))).toEqual([])
  })
})
