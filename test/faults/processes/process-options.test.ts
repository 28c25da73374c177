import {describe, expect, it} from 'vitest'
import type {Fault} from '../../../src/faults/fault.js'
import {loadFaults} from '../../../src/faults/index.js'
import type {Target} from '../../../src/scenarios/target.js'
import {seededRandom} from '../../../src/system/random.js'

const faults = await loadFaults()

const faultNamed = (name: string): Fault => {
  const fault = faults[name]
  if (!fault) throw new Error(`no fault ${name}`)
  return fault
}

/** A target whose workload has so many replicas. */
const targetOf = (count: number): Target => ({
  name: 'fleet',
  endpoints: {},
  edges: {},
  control: {url: 'http://127.0.0.1:1'},
  workloads: {web: {replicas: Array.from({length: count}, (_, index) => `web-${index + 1}`)}},
  metrics: {kind: 'scrape', intervalMs: 500, targets: []},
  data: {},
})

const aim = (name: string, given: Record<string, unknown>, replicas: number, seed = 1) => {
  const fault = faultNamed(name)
  return fault.aim(fault.options.parse({workload: 'web', ...given}), targetOf(replicas), seededRandom(seed))
}

/** What some faults cannot do without. */
const own: Record<string, Record<string, unknown>> = {cpu: {take: '50%'}, memory: {amount: '64MB'}}

describe('a share of the replicas', () => {
  it.each([
    ['50%', 2, 1],
    ['50%', 3, 1],
    ['50%', 5, 2],
    ['100%', 1, 1],
    ['34%', 3, 1],
    ['29%', 100, 29],
    ['58%', 50, 29],
    ['99.9%', 1000, 999],
  ])('%s of %i is %i: rounded down, never more than asked', (percent, replicas, victims) => {
    expect(aim('kill', {percent}, replicas).replicas).toHaveLength(victims)
  })

  it.each([
    ['50%', 1, '50% of the 1 replica of web is less than one', '100%'],
    ['33%', 3, '33% of the 3 replicas of web is less than one', '34%'],
    ['0.1%', 7, '0.1% of the 7 replicas of web is less than one', '15%'],
  ])('%s of %i is refused, for it hits nobody', (percent, replicas, message, smallest) => {
    expect(() => aim('kill', {percent}, replicas)).toThrow(
      expect.objectContaining({name: 'UserError', message, hint: expect.stringContaining(smallest)}),
    )
    expect(aim('kill', {percent: smallest}, replicas).replicas).toHaveLength(1)
  })

  it('is picked by the seed, each replica as well as any other', () => {
    const hits = new Map<string, number>()
    for (let seed = 0; seed < 600; seed++) {
      const {replicas} = aim('freeze', {percent: '50%'}, 3, seed)
      expect(replicas).toHaveLength(1)
      for (const name of replicas) hits.set(name, (hits.get(name) ?? 0) + 1)
    }
    for (const count of hits.values()) expect(count).toBeGreaterThan(140)
    expect(hits.size).toBe(3)
  })
})

describe('a count of replicas', () => {
  it('is one by default', () => {
    expect(aim('kill', {}, 5).replicas).toHaveLength(1)
  })

  it.each([
    [{count: 3}, 2, 'Workload web has 2 replicas, not 3'],
    [{count: 2}, 1, 'Workload web has 1 replica, not 2'],
  ])('%j of %i is refused', (given, replicas, message) => {
    expect(() => aim('kill', given, replicas)).toThrow(message)
  })
})

describe('a target without a control API', () => {
  it.each(['kill', 'terminate', 'freeze', 'cpu', 'memory'])('cannot take %s: told before the run', (name) => {
    const fault = faultNamed(name)
    const {control: _, ...target} = targetOf(2)
    const options = fault.options.parse({workload: 'web', ...own[name]})
    expect(() => fault.aim(options, target, seededRandom(1))).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: 'Target fleet has no control API, so nobody can reach its processes',
      }),
    )
  })
})

describe('bad options', () => {
  const once = 'choose one of "replica", "count" and "percent"'
  const noEvery = 'one-by-one needs `every: 5s` here: no victim is back before the fault ends'

  it.each([
    ['kill', {count: 2, percent: '50%'}, '', once],
    ['freeze', {replica: 'web-1', count: 2}, '', once],
    ['cpu', {replica: 'web-1', percent: '50%'}, '', once],
    ['kill', {count: 0}, 'count', 'at least 1|>=1'],
    ['kill', {count: 1.5}, 'count', 'int'],
    ['kill', {percent: '0%'}, 'percent', 'expected a percentage above "0%"'],
    ['kill', {percent: '101%'}, 'percent', 'expected a percentage above "0%"'],
    ['kill', {percent: 50}, 'percent', 'expected a percentage above "0%"'],
    ['kill', {every: '5s'}, 'every', '`every` needs `order: one-by-one`'],
    ['kill', {order: 'one-by-one', every: '0s'}, 'every', 'expected a duration above zero'],
    ['kill', {order: 'at-once'}, 'order', 'together'],
    ['kill', {order: 'one-by-one', respawn: 'never'}, 'order', noEvery],
    ['terminate', {order: 'one-by-one', respawn: 'never'}, 'order', noEvery],
    ['freeze', {order: 'one-by-one'}, 'order', noEvery],
    ['cpu', {order: 'one-by-one'}, 'order', noEvery],
    ['memory', {order: 'one-by-one'}, 'order', noEvery],
    ['freeze', {respawn: 'never'}, '', 'respawn'],
    ['cpu', {take: '0%'}, 'take', 'expected a percentage above "0%"'],
    ['cpu', {take: '100%'}, 'take', 'takes at most 99%: all of it is what `freeze` does'],
    ['cpu', {take: 0.8}, 'take', 'expected a percentage above "0%"'],
    ['cpu', {take: undefined}, 'take', 'missing'],
    ['memory', {amount: '15MB'}, 'amount', 'expected at least "16MB"'],
    ['memory', {amount: '-64MB'}, 'amount', 'cannot be negative'],
    ['memory', {amount: 64}, 'amount', 'expected a size'],
    ['memory', {amount: undefined}, 'amount', 'missing'],
  ])('%s %j: %s', (name, given, key, message) => {
    const result = faultNamed(name).options.safeParse({workload: 'web', ...own[name], ...given})
    expect(result.error?.issues).toHaveLength(1)
    const [issue] = result.error?.issues ?? []
    expect(issue?.path.join('.')).toBe(key)
    expect(issue?.message).toMatch(new RegExp(message.replaceAll(/[().%]/g, '\\$&')))
  })
})

describe('distances between victims', () => {
  const lasting = (lastsMs: number) => () => {
    const fault = faultNamed('freeze')
    const options = fault.options.parse({workload: 'web', count: 3, order: 'one-by-one', every: '5s'})
    return fault.aim(options, targetOf(3), seededRandom(1), lastsMs)
  }

  it('must fit into the time that the fault lasts: the last one has to be hit as well', () => {
    expect(lasting(10_000)).toThrow('3 victims, one every 5s, do not fit into 10s')
    expect(lasting(10_001)().replicas).toHaveLength(3)
  })
})

describe('the words of the dry run', () => {
  it.each([
    ['kill', {count: 2}, 'kills web-1, web-2'],
    [
      'kill',
      {count: 2, order: 'one-by-one'},
      'kills web-1, web-2, one by one, each when the one before is ready again',
    ],
    [
      'kill',
      {count: 2, order: 'one-by-one', every: '5s', respawn: 'never'},
      'kills web-1, web-2, one by one, one every 5s, and keeps it down',
    ],
    ['freeze', {replica: 'web-2', order: 'one-by-one', every: '5s'}, 'freezes web-2'],
    ['cpu', {take: '80%', replica: 'web-1'}, 'takes 80 % of the CPU time of web-1'],
    ['memory', {amount: '256MB', replica: 'web-1'}, 'has web-1 hold 256MB of memory'],
    ['memory', {amount: '1GB', count: 2}, 'has each of web-1, web-2 hold 1GB of memory'],
  ])('%s %j: %s', (name, given, does) => {
    expect(aim(name, given, 2).does).toBe(does)
  })
})
