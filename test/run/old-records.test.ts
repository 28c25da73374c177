import {describe, expect, it} from 'vitest'
import {isWhole, upgraded} from '../../src/run/old-records.js'
import {judge} from '../../src/verdict/judge.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'

/** As it was written before a load could have several streams. */
const oldRecord = () => {
  const record = paymentSlowRecord()
  const {streams: _streams, scenario, ...plan} = record.header.plan
  const {streams, ...load} = scenario.load
  const [{name: _name, ...single} = {name: ''}] = streams
  const header = {...record.header, plan: {...plan, scenario: {...scenario, load: {...load, ...single}}}}
  return {...record, header: JSON.parse(JSON.stringify(header))}
}

describe('a record from before streams', () => {
  it('has one stream, with the profile and the requests that it had', () => {
    expect(upgraded(oldRecord().header)).toEqual(paymentSlowRecord().header)
  })

  it.each([[{}], [{plan: {}}], [{plan: {scenario: {}}}]])('is none with the header %j', (header) => {
    // Whatever stands in a file.
    expect(isWhole(header as never)).toBe(false)
    expect(isWhole(paymentSlowRecord().header)).toBe(true)
  })

  it('is judged as ever', () => {
    const old = oldRecord()
    const verdict = judge({...old, header: upgraded(old.header)})
    expect(verdict).toEqual(judge(paymentSlowRecord()))
    expect(() => judge(old)).toThrow()
  })
})
