import {expect, it} from 'vitest'
import type {Workloads} from '../../src/targets/workloads.js'
import {aimedFault} from '../fakes/aimed-fault.js'
import {emptyTarget, emptyWorld} from '../fakes/run-world.js'

type Values = Record<string, string | number | boolean>

/** A control API with these switches; `obeys`: what becomes of a value that is set. */
const switchboard = (now: Values, obeys = (value: Values[string]): Values[string] => value) => {
  const notes: string[] = []
  // Nothing else of it is asked.
  const workloads = {
    switches: async () => ({...now}),
    setSwitches: async (changes: Values) => {
      for (const [name, value] of Object.entries(changes)) now[name] = obeys(value)
    },
  } as unknown as Workloads
  const world = {...emptyWorld(), workloads: () => workloads, note: (message: string) => notes.push(message)}
  const one = aimedFault('switch', {set: {'order.breaker': 'off', 'order.retry.max': 9}}, emptyTarget, world)
  return {now, notes, one}
}

const before = {'order.breaker': true, 'order.retry.max': 2, other: 1}

it('sets switches and puts them back, and says that it did', async () => {
  const {now, notes, one} = switchboard({...before})
  expect(one.planned.aim.switches).toEqual(['order.breaker', 'order.retry.max'])
  const inverse = await one.prepare()
  await one.inject(inverse)
  expect(now).toEqual({'order.breaker': false, 'order.retry.max': 9, other: 1})
  expect(await one.observe(inverse)).toMatchObject({bit: 'yes'})
  await one.undo(inverse)
  await one.undo(inverse)
  expect(now).toEqual(before)
  expect(notes).toEqual([])
})

it('has not bitten when a switch is not what it was set to', async () => {
  const {one} = switchboard({...before}, (value) => (typeof value === 'number' ? 3 : value))
  const inverse = await one.prepare()
  await one.inject(inverse)
  expect(await one.observe(inverse)).toEqual({
    bit: 'no',
    observations: ['order.breaker is false', 'order.retry.max is 3, not 9'],
    numbers: {},
  })
})

it('tells when somebody else changed one meanwhile', async () => {
  const {now, notes, one} = switchboard({...before})
  const inverse = await one.prepare()
  await one.inject(inverse)
  now['order.retry.max'] = 5
  await one.undo(inverse)
  expect(notes).toEqual(['somebody else set order.retry.max to 5 meanwhile: it is 2 again'])
})
