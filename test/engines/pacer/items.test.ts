import {expect, it} from 'vitest'
import {itemsOf} from '../../../src/engines/pacer/items.js'
import type {FlowSpec, RequestSpec} from '../../../src/scenarios/scenario.js'
import {seededRandom} from '../../../src/system/random.js'

const request = (name: string, weight: number): RequestSpec => ({
  name,
  weight,
  method: 'GET',
  path: '/',
  headers: {},
})
const think = {kind: 'think', minMs: 1, maxMs: 2} as const
const step = (name: string) => ({kind: 'request', request: request(name, 1), extract: {}}) as const
const flow: FlowSpec = {name: 'buy', weight: 4, steps: [step('cart'), think, step('pay')]}

it('items are drawn in proportion to their weights, the same for the same seed', () => {
  const [draw] = itemsOf([
    {requests: [request('often', 3), request('never', 0)], flows: [{...flow, weight: 1}]},
  ])
  const drawn = (seed: number): string[] => {
    const random = seededRandom(seed)
    return Array.from({length: 4000}, () => {
      const item = draw?.(() => random, 0)
      return item?.kind === 'request' ? String(item.request) : 'flow'
    })
  }
  expect(drawn(1)).toEqual(drawn(1))
  expect(drawn(2)).not.toEqual(drawn(1))
  const often = drawn(1).filter((item) => item === '0').length
  expect(often).toBeGreaterThan(2900)
  expect(often).toBeLessThan(3100)
  expect(drawn(1)).not.toContain('1')
})

it('requests are numbered through all streams and flows, in the order of the file', () => {
  const streams = [
    {requests: [request('a', 1)]},
    {requests: [], flows: [flow, {...flow, weight: 0}]},
    {requests: [request('z', 1)]},
  ]
  const items = itemsOf(streams).map((draw) => draw(seededRandom, 0))
  const steps = [{kind: 'request', request: 1}, think, {kind: 'request', request: 2}]
  expect(items[0]).toEqual({kind: 'request', request: 0})
  expect(items[1]).toMatchObject({kind: 'flow', flow: {name: 'buy'}})
  expect(items[1]?.kind === 'flow' && items[1].flow.steps).toMatchObject(steps)
  expect(items[2]).toEqual({kind: 'request', request: 5})
})
