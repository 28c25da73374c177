import {describe, expect, it} from 'vitest'
import {createClusterSwitches} from '../../src/control/cluster-switches.js'
import type {KubeApi} from '../../src/control/kube-api.js'
import {systemClock} from '../../src/service/clock.js'

/** A cluster in which a deployment follows its scale at once. */
const cluster = () => {
  const patches: unknown[] = []
  let replicas = 2
  let minAvailable = 1
  const annotations = {'shakedown.dev/min-replicas': '2', 'shakedown.dev/max-replicas': '4'}
  const deployment = () => ({
    metadata: {name: 'gateway', generation: 1},
    spec: {replicas},
    status: {observedGeneration: 1, replicas, readyReplicas: replicas},
  })
  const budget = () => ({
    metadata: {name: 'gateway', generation: 1},
    spec: {minAvailable},
    status: {observedGeneration: 1},
  })
  const autoscaler = {metadata: {name: 'gateway', annotations}, spec: {scaleTargetRef: {name: 'gateway'}}}
  const api: KubeApi = {
    get: async (_group, path) => {
      if (path.startsWith('horizontal')) return {items: [autoscaler]}
      if (path.startsWith('deployments?')) return {items: [deployment()]}
      if (path.startsWith('poddisruptionbudgets?')) return {items: [budget()]}
      return path.startsWith('deployments') ? deployment() : budget()
    },
    patch: async (_group, path, change) => {
      patches.push([path, change])
      const {spec} = Object(change)
      if (path.endsWith('/scale')) replicas = spec.replicas
      if (path.startsWith('poddisruption')) minAvailable = spec.minAvailable
    },
  }
  return {switches: createClusterSwitches(api, systemClock), patches}
}

describe('switches that are objects of the cluster', () => {
  it('are read by their dotted names', async () => {
    expect(await cluster().switches.read()).toEqual({'gateway.replicas': 2, 'gateway.budget': true})
  })

  it('holds the autoscaler to a number outside its bounds, and gives the bounds back after', async () => {
    const {switches, patches} = cluster()
    await switches.apply({'gateway.replicas': 1})
    await switches.apply({'gateway.replicas': 2})
    expect(patches).toEqual([
      ['horizontalpodautoscalers/gateway', {spec: {minReplicas: 1, maxReplicas: 1}}],
      ['deployments/gateway/scale', {spec: {replicas: 1}}],
      ['horizontalpodautoscalers/gateway', {spec: {minReplicas: 2, maxReplicas: 4}}],
      ['deployments/gateway/scale', {spec: {replicas: 2}}],
    ])
  })

  it('takes a budget away without deleting it, and back', async () => {
    const {switches} = cluster()
    await switches.apply({'gateway.budget': 'off'})
    expect(await switches.read()).toMatchObject({'gateway.budget': false})
    await switches.apply({'gateway.budget': true})
    expect(await switches.read()).toMatchObject({'gateway.budget': true})
  })

  it.each([
    [{'gateway.budget': 'off', 'gateway.replicas': 0}, 'from 1 to 8, not 0'],
    [{'gateway.replicas': 1, 'gateway.budget': 1}, 'wants on or off, not 1'],
  ])('changes nothing when one is wrong: %j', async (changes, reason) => {
    const {switches, patches} = cluster()
    await expect(switches.apply(changes)).rejects.toThrow(reason)
    expect(patches).toEqual([])
  })

  it('owns only its own names', () => {
    const {switches} = cluster()
    expect(
      ['gateway.replicas', 'psp.budget', 'gateway.breaker', 'kitchen.replicas'].map(switches.owns),
    ).toEqual([true, true, false, false])
  })
})
