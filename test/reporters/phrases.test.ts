import {describe, expect, it} from 'vitest'
import {againOf} from '../../src/reporters/phrases.js'
import {makeReport} from '../../src/reporters/report.js'
import {judge} from '../../src/verdict/judge.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

const again = (asked: ReturnType<typeof paymentSlowRecord>['header']['asked']): string => {
  const record = paymentSlowRecord()
  if (asked) record.header.asked = asked
  return againOf(makeReport(record, judge(record), 'r'))
}

describe('the line that runs it again', () => {
  it.each([
    [undefined, ''],
    [{}, ''],
    [
      {prometheus: 'http://127.0.0.1:9090', toxiproxy: 'http://127.0.0.1:8474'},
      ' --prometheus http://127.0.0.1:9090 --toxiproxy http://127.0.0.1:8474',
    ],
    [{engine: 'k6', target: 'my targets/a.yaml'}, " --target 'my targets/a.yaml' --engine k6"],
    [{switches: {'order.breaker': false, retries: 3}}, ' --switch order.breaker=off --switch retries=3'],
  ])('after %o ends in "%s"', (asked, ending) => {
    expect(again(asked)).toBe(`shakedown run scenarios/payment-slow.yaml --seed 4711${ending}`)
  })
})
