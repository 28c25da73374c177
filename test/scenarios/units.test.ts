import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  byteRate,
  bytes,
  duration,
  expectation,
  formatByteRate,
  formatBytes,
  formatDuration,
  formatExpectation,
  formatPercent,
  formatRate,
  fraction,
  limit,
  parseDuration,
  parsePercent,
  positiveDuration,
  rate,
} from '../../src/scenarios/units.js'

const messageOf = (
  schema: typeof rate | typeof duration | typeof limit,
  value: unknown,
): string | undefined => schema.safeParse(value).error?.issues[0]?.message

describe('durations', () => {
  it.each([
    ['10s', 10_000],
    ['250ms', 250],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1h1m1s1ms', 3_661_001],
    ['0.1s', 100],
    ['1.5h', 5_400_000],
    ['0s', 0],
    ['0', 0],
    [0, 0],
  ])('%s is %d ms', (text, ms) => {
    expect(duration.parse(text)).toBe(ms)
  })

  it.each(['', '30', 's', '-5s', '5 s', '1s1m', '1m1m', '10sec', '1e3s', 'NaNs', '1,5s', '5m s'])(
    '"%s" is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  it.each([
    [0, '0s'],
    [250, '250ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [61_500, '1m1.5s'],
    [3_600_000, '1h'],
    [5_400_000, '1h30m'],
    [0.2514, '0.251ms'],
    [12.34, '12.3ms'],
    [999.99, '1s'],
    [59_999.6, '1m'],
    [-250, '-250ms'],
  ])('%d ms prints as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('print so that they read back', () => {
    fc.assert(fc.property(fc.nat(1e9), (ms) => parseDuration(formatDuration(ms)) === ms))
  })

  it.each([
    ['30', 'expected a duration such as "30s" or "250ms", got "30"'],
    [30, 'expected a duration such as "30s" or "250ms", got 30'],
    ['-5s', 'expected a duration such as "30s" or "250ms", got "-5s": it cannot be negative'],
    [undefined, 'missing: expected a duration such as "30s" or "250ms"'],
    [{}, 'expected a duration such as "30s" or "250ms", got a mapping'],
  ])('%j is told what was expected', (value, message) => {
    expect(messageOf(duration, value)).toBe(message)
  })

  it('may be required to be longer than nothing', () => {
    expect(positiveDuration.safeParse('0s').success).toBe(false)
    expect(positiveDuration.parse('1ms')).toBe(1)
  })
})

describe('rates', () => {
  it.each([
    ['120/s', 120],
    ['600/m', 10],
    ['0.5/s', 0.5],
    ['36/h', 0.01],
    ['0/s', 0],
  ])('%s is %d per second', (text, perSecond) => {
    expect(rate.parse(text)).toBe(perSecond)
  })

  it.each([120, '120', '120/d', '120 per s', '/s'])('%j is none', (text) => {
    expect(rate.safeParse(text).success).toBe(false)
  })

  it('cannot be negative, and says so', () => {
    expect(messageOf(rate, '-5/s')).toBe(
      'expected a rate such as "120/s" or "600/m", got "-5/s": it cannot be negative',
    )
  })

  it.each([
    [120, '120/s'],
    [119.98372, '120/s'],
    [0.5, '0.5/s'],
    [12_345.6, '12346/s'],
    [0.001234567, '0.001235/s'],
  ])('%d prints as %s', (perSecond, text) => {
    expect(formatRate(perSecond)).toBe(text)
  })
})

describe('percentages', () => {
  it.each([
    ['99.9%', 0.999],
    ['0%', 0],
    ['100%', 1],
    ['50 %', 0.5],
    ['33.3333%', 0.333333],
  ])('%s is %d', (text, value) => {
    expect(fraction.parse(text)).toBe(value)
  })

  it.each([0.999, 99.9, '0.999', '101%', '-1%', '%'])('%j is none: the sign says which it is', (value) => {
    expect(fraction.safeParse(value).success).toBe(false)
  })

  it.each([
    [0.999, '99.9%'],
    [0.9995, '99.95%'],
    [0.99953, '99.953%'],
    [1 / 3, '33.3%'],
    [1, '100%'],
    [0, '0%'],
    [0.5, '50%'],
    [0.000004, '0.0004%'],
  ])('%d prints as %s', (value, text) => {
    expect(formatPercent(value)).toBe(text)
  })

  it('never print as all or nothing when they are not', () => {
    fc.assert(
      fc.property(fc.double({min: 1e-9, max: 1 - 1e-9, noNaN: true}), (value) => {
        const printed = parsePercent(formatPercent(value))
        return printed !== undefined && printed > 0 && printed < 1
      }),
    )
  })
})

describe('sizes and bandwidths', () => {
  it.each([
    ['100KB/s', 100_000],
    ['1.5MB/s', 1_500_000],
    ['10B/s', 10],
    ['1GB/s', 1e9],
  ])('%s is %d bytes per second', (text, value) => {
    expect(byteRate.parse(text)).toBe(value)
    expect(formatByteRate(value)).toBe(text)
  })

  it('a size has no time in it, a bandwidth has', () => {
    expect(bytes.parse('10KB')).toBe(10_000)
    expect(bytes.safeParse('10KB/s').success).toBe(false)
    expect(byteRate.safeParse('10KB').success).toBe(false)
    expect(formatBytes(10_000)).toBe('10KB')
    expect(formatBytes(0)).toBe('0B')
  })
})

describe('expectations and limits', () => {
  it.each([
    ['>= 1', '>=', 1],
    ['<0.5', '<', 0.5],
    ['== 0', '==', 0],
    ['!= -3', '!=', -3],
    ['<= 5%', '<=', 0.05],
    ['> 1e6', '>', 1e6],
  ])('%s compares', (text, comparator, value) => {
    expect(expectation.parse(text)).toEqual({comparator, value})
  })

  it.each(['1', '= 1', '>=', '>= one', '=> 1', '>= 1 2'])('"%s" does not', (text) => {
    expect(expectation.safeParse(text).success).toBe(false)
  })

  it('prints an expectation', () => {
    expect(formatExpectation({comparator: '>=', value: 1})).toBe('>= 1')
  })

  it('takes a limit as a number or a percentage', () => {
    expect(limit.parse(3)).toBe(3)
    expect(limit.parse('50%')).toBe(0.5)
    expect(messageOf(limit, true)).toBe('expected a number or a percentage such as "50%", got true')
  })
})
