import {describe, expect, it} from 'vitest'
import {parseReplicaCounts, parseReplicaSizes} from '../../src/scenarios/replica-flags.js'
import {referenceTopology} from '../../src/targets/reference.js'

describe('how many replicas are asked for', () => {
  it('reads one count for each workload, or several sizes of one, in order and once', () => {
    expect(parseReplicaCounts(['order=4', 'psp=2'])).toEqual({order: 4, psp: 2})
    expect(parseReplicaSizes('order=4, 1,2,2')).toEqual({workload: 'order', counts: [1, 2, 4]})
    expect(parseReplicaSizes('order=2')).toEqual({workload: 'order', counts: [2]})
  })

  it.each([
    'order',
    'order=',
    '=3',
    'order=0',
    'order=-1',
    'order=1.5',
    'order=x',
    'order=1001',
    'order=1,2',
  ])('refuses %s as a count', (text) => expect(() => parseReplicaCounts([text])).toThrow(/--replicas/))

  it.each(['1,2,4', 'order', 'order=1,x', 'order=0,1', 'order=1,,2'])('refuses %s as sizes', (text) =>
    expect(() => parseReplicaSizes(text)).toThrow(/--replicas .*: expected/),
  )
})

describe('the reference deployment in other numbers', () => {
  it('has a proxy for each replica, and all others as usual', async () => {
    const {workloads, edges, metrics} = await referenceTopology({catalog: 3, inventory: 1})
    expect(workloads['catalog']?.replicas).toEqual(['catalog-1', 'catalog-2', 'catalog-3'])
    expect(edges['gateway->catalog']?.proxies).toHaveLength(3)
    expect(edges['order->inventory']?.proxies).toEqual(['order-to-inventory'])
    expect(workloads['order']?.replicas).toHaveLength(2)
    expect(metrics.kind === 'scrape' && metrics.targets.map(({labels}) => labels['instance'])).toContain(
      'catalog-3',
    )
  })

  it.each([
    [{nope: 1}, 'no service nope'],
    [{catalog: 9}, 'cannot run in 9'],
    [{edge: 2}, 'edge runs once'],
  ])('refuses %j', async (replicas, why) => {
    await expect(referenceTopology(replicas)).rejects.toThrow(why)
    await expect(referenceTopology(replicas)).rejects.toHaveProperty('name', 'UserError')
  })
})
