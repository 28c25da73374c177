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

it('is refused, and set back at once, where the target makes another value of it', async () => {
  const {now, one} = switchboard({...before}, (value) => (value === 9 ? 3 : value))
  const inverse = await one.prepare()
  await expect(one.inject(inverse)).rejects.toThrow('order.retry.max became 3, not 9')
  expect(now['order.retry.max']).toBe(2)
  await one.undo(inverse)
  expect(now).toEqual(before)
})

it('has not bitten when a switch is no longer what it was set to', async () => {
  const {now, one} = switchboard({...before})
  const inverse = await one.prepare()
  await one.inject(inverse)
  now['order.retry.max'] = 3
  expect(await one.observe(inverse)).toEqual({
    bit: 'no',
    observations: ['order.breaker is false', 'order.retry.max is 3, not 9'],
    numbers: {},
  })
})

it('leaves alone what somebody else changed meanwhile, and tells', async () => {
  const {now, notes, one} = switchboard({...before})
  const inverse = await one.prepare()
  await one.inject(inverse)
  now['order.retry.max'] = 5
  await one.undo(inverse)
  expect(now).toEqual({...before, 'order.retry.max': 5})
  expect(notes).toEqual([
    'order.retry.max was set to 5 by somebody else (from 2, then 9 by the fault): left alone',
  ])
})
