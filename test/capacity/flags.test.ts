import {expect, it} from 'vitest'
import {withoutPassword} from '../../src/run/describe-run.js'
import {type CapacityFlags, readFlags} from '../../src/workflows/capacity-flags.js'
import {capacityHeader} from '../fakes/capacity-trials.js'

const flags = (change: Partial<CapacityFlags> = {}): CapacityFlags => ({
  thorough: false,
  overload: true,
  report: [],
  'output-dir': '',
  'allow-inconclusive': false,
  quiet: false,
  ...change,
})

it('keeps no password of a URL, and the switches', () => {
  const {asked} = readFlags(
    flags({
      prometheus: 'http://u:p@ss@host:9090/p',
      toxiproxy: 'http://u:secret@host:8474',
      switch: ['order.breaker=off'],
    }),
    undefined,
  )
  expect(asked).toMatchObject({
    prometheus: 'http://host:9090/p',
    toxiproxy: 'http://host:8474',
    switch: ['order.breaker=off'],
  })
})

it.each([
  ['http://u:p@ss@host/x', 'http://host/x'],
  ['https://user@host', 'https://host'],
  ['http://host/a@b?c=d@e', 'http://host/a@b?c=d@e'],
])('takes the password out of %s', (url, bare) => expect(withoutPassword(url)).toBe(bare))

it('refuses a first rate above the highest', () => {
  expect(() => readFlags(flags({start: '200/s', most: '100/s'}), undefined)).toThrow(/above --most 100\/s/)
  expect(() => readFlags(flags({start: '60000/s'}), undefined)).toThrow(/highest rate/)
  expect(readFlags(flags({start: '100/s', most: '100/s'}), undefined).limits.startPerSecond).toBe(100)
})

it.each([
  ['without', ['one:gateway']],
  ['with', ['latency']],
  ['switch', ['a.b=off']],
  ['most', '5/s'],
  ['thorough', true],
  ['seed', 0],
] as const)('refuses --%s when a search is resumed', (name, value) => {
  expect(() => readFlags(flags({[name]: value}), capacityHeader())).toThrow(`--${name} cannot be changed`)
})

it('judges a resumed search by what is asked now, else by what was', () => {
  const left = capacityHeader({
    atLeastPerSecond: 100,
    pricePerHour: 1,
    switch: ['a.b=off'],
    without: ['gateway'],
  })
  const {asked} = readFlags(flags({'at-least': '200/s', 'expected-peak': '50/s'}), left)
  expect(asked).toEqual({
    ...left.asked,
    atLeastPerSecond: 200,
    expectedPeakPerSecond: 50,
  })
  expect(() => readFlags(flags({overload: false}), left)).toThrow('--no-overload cannot be changed')
})
