import {describe, expect, it} from 'vitest'
import {loadFaults} from '../../../src/faults/index.js'

const faults = await loadFaults()

/** What the schema of a fault says to options. */
const problems = (name: string, given: Record<string, unknown>): string[] => {
  const parsed = faults[name]?.options.safeParse({edge: 'a->b', ...given})
  return parsed?.error?.issues.map(({path, message}) => `${path.join('.')}: ${message}`) ?? []
}

describe('options of faults on edges', () => {
  it.each<[string, Record<string, unknown>]>([
    ['latency', {delay: '0s'}],
    ['latency', {delay: '24h', jitter: '1h', toxicity: '0.01%', direction: 'upstream'}],
    ['timeout', {'fresh-connections': true}],
    ['reset-peer', {after: '3s'}],
    ['bandwidth', {rate: '0KB/s'}],
    ['bandwidth', {rate: '1000GB/s'}],
    ['slicer', {'average-size': '1B'}],
    ['slicer', {'average-size': '100B', 'size-variation': '100B', delay: '0.001ms'}],
    ['slow-close', {delay: '2s'}],
    ['limit-data', {bytes: '0B'}],
    ['limit-data', {bytes: '1.5KB'}],
    ['noop', {}],
  ])('%s takes %j', (name, given) => {
    expect(problems(name, given)).toEqual([])
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['latency', {}, /^delay: missing: expected a duration/],
    ['latency', {delay: '-1s'}, /^delay: .*it cannot be negative/],
    ['latency', {delay: '1.5ms'}, /^delay: expected whole milliseconds/],
    ['latency', {delay: '25h'}, /^delay: expected at most "24h"/],
    ['latency', {delay: '1s', jitter: '1300000h'}, /^jitter: expected at most "24h"/],
    ['latency', {delay: '1s', toxicity: '0%'}, /^toxicity: expected a percentage above "0%"/],
    ['latency', {delay: '1s', toxicity: '101%'}, /^toxicity: expected a percentage/],
    ['latency', {delay: '1s', direction: 'both'}, /^direction: /],
    ['latency', {delay: '1s', 'fresh-connections': 'yes'}, /^fresh-connections: /],
    ['timeout', {'close-after': '25h'}, /^close-after: expected at most "24h"/],
    ['reset-peer', {after: '4s'}, /^after: expected at most "3s": a real Toxiproxy cannot be undone/],
    ['bandwidth', {rate: '100B/s'}, /^rate: expected whole KB per second, at least "1KB\/s"/],
    ['bandwidth', {rate: '1.5KB/s'}, /^rate: expected whole KB per second/],
    ['bandwidth', {rate: '-1KB/s'}, /^rate: .*it cannot be negative/],
    ['bandwidth', {rate: '92233720368547759KB/s'}, /expected at most "1000GB\/s"/],
    ['slicer', {}, /^average-size: missing: expected a size/],
    ['slicer', {'average-size': '0B'}, /^average-size: expected at least "1B"/],
    ['slicer', {'average-size': '0B', 'size-variation': '1B'}, /^average-size: expected at least "1B"/],
    ['slicer', {'average-size': '10B', 'size-variation': '12B'}, /^size-variation: expected at most/],
    ['slicer', {'average-size': '1.5B'}, /^average-size: expected a whole number of bytes/],
    ['slicer', {'average-size': '2000GB'}, /^average-size: expected at most "1000GB"/],
    ['slicer', {'average-size': '1B', delay: '0.0001ms'}, /^delay: expected whole microseconds/],
    ['slicer', {'average-size': '1B', delay: '61s'}, /^delay: expected at most "60s"/],
    ['slow-close', {delay: '0.5ms'}, /^delay: expected whole milliseconds/],
    ['limit-data', {bytes: '-5B'}, /^bytes: .*it cannot be negative/],
    ['limit-data', {bytes: 100}, /^bytes: expected a size such as/],
    ['limit-data', {bytes: '0.5B'}, /^bytes: expected a whole number of bytes/],
    ['noop', {delay: '1s'}, /delay/],
    ['down', {'fresh-connections': true}, /fresh-connections/],
  ])('%s refuses %j', (name, given, message) => {
    expect(problems(name, given).join('\n')).toMatch(message)
  })
})
