import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {loadFaults} from '../../src/faults/index.js'
import {seededRandom} from '../../src/system/random.js'
import {referenceTopology} from '../../src/targets/reference.js'
import {clusterTarget, deploymentOf, podsOf} from '../fakes/cluster-target.js'

const faults = await loadFaults()
const target = await referenceTopology()
const inCluster = clusterTarget(
  Object.fromEntries(
    Object.keys(target.workloads).map((name) => [name, deploymentOf(name, podsOf(name, 3))]),
  ),
)
/** What there is only in a cluster. */
const clusterFaults = ['pod-delete', 'scale', 'node-cordon', 'node-drain', 'network-cut']

describe.each(Object.entries(faults))('%s', (name, fault) => {
  it('has an example that its own schema takes and that can be aimed at the reference deployment', () => {
    const options = fault.options.parse(parse(fault.example)[name])
    const at = clusterFaults.includes(name) ? inCluster : target
    const {does, undo} = fault.aim(options, at, seededRandom(1))
    expect(does).toMatch(/\w+ \w+/)
    expect(undo).toMatch(/\w+/)
  })

  it('refuses an option that it does not have', () => {
    const example = parse(fault.example)[name]
    expect(fault.options.safeParse({...example, colour: 'red'}).success).toBe(false)
  })
})

describe('faults on replicas', () => {
  const aim = (options: Record<string, unknown>, seed = 1) => {
    const {kill} = faults
    if (!kill) throw new Error('no kill')
    return kill.aim(kill.options.parse({workload: 'catalog', ...options}), target, seededRandom(seed))
  }

  it('hit what the seed picks, the same each time', () => {
    const picks = Array.from({length: 20}, (_, seed) => aim({}, seed).replicas[0])
    expect(new Set(picks)).toEqual(new Set(['catalog-1', 'catalog-2']))
    expect(Array.from({length: 20}, (_, seed) => aim({}, seed).replicas[0])).toEqual(picks)
  })

  it('hit the very replica that is named, or as many as asked', () => {
    expect(aim({replica: 'catalog-2'}).replicas).toEqual(['catalog-2'])
    expect(aim({count: 2}).replicas).toEqual(['catalog-1', 'catalog-2'])
  })

  it.each([
    [{workload: 'catalogue'}, /no workload "catalogue"/],
    [{replica: 'catalog-9'}, /no replica "catalog-9"/],
    [{count: 3}, /has 2 replicas, not 3/],
  ])('refuse %j: fewer victims than asked would be another experiment', (options, message) => {
    expect(() => aim(options)).toThrow(message)
  })
})
