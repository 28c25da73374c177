import {expect, it} from 'vitest'
import {Call, type Ending} from '../../../src/engines/pacer/call.js'
import {createDeadlines} from '../../../src/engines/pacer/deadlines.js'

const start = () => {
  const startMs = performance.now()
  const now = (): number => performance.now() - startMs
  const deadlines = createDeadlines(now)
  const ended: {name: string; ending: Ending; atMs: number}[] = []
  const add = (name: string, deadlineMs: number): Call => {
    const call = new Call(deadlineMs, false, (call, ending) => {
      deadlines.remove(call)
      ended.push({name, ending, atMs: now()})
    })
    deadlines.add(call)
    return call
  }
  return {deadlines, ended, add}
}

it('calls are given up in the order of their deadlines, not before them', async () => {
  const {ended, add} = start()
  add('b', 60)
  add('c', 90)
  add('a', 20)
  await expect.poll(() => ended.length).toBe(3)
  expect(ended.map(({name}) => name)).toEqual(['a', 'b', 'c'])
  expect(ended.map(({ending}) => ending)).toEqual(Array(3).fill({failure: 'timeout'}))
  expect((ended[0]?.atMs ?? 0) >= 20 && (ended[1]?.atMs ?? 0) >= 60 && (ended[2]?.atMs ?? 0) >= 90).toBe(true)
})

it('a call that has ended is not given up, nor does it hold up the others', async () => {
  const {deadlines, ended, add} = start()
  const [first, , last] = [add('first', 20), add('second', 40), add('last', 60)]
  first.end({status: 200})
  last.end({status: 200})
  expect(deadlines.all()).toHaveLength(1)
  await expect.poll(() => ended.length).toBe(3)
  expect(ended.map(({name}) => name)).toEqual(['first', 'last', 'second'])
  expect(deadlines.all()).toEqual([])
})

it('a call whose time has passed already is given up at once', async () => {
  const {ended, add} = start()
  add('patient', 10_000)
  add('late', -50)
  await expect.poll(() => ended.map(({name}) => name)).toEqual(['late'])
})

it('the first ending counts, and what carries a call ends when it is given up', () => {
  const {ended, add} = start()
  const call = add('one', 10_000)
  let destroyed = 0
  call.carrier = {destroy: () => destroyed++}
  call.giveUp('aborted')
  call.end({status: 200})
  call.giveUp('timeout')
  expect(ended).toMatchObject([{ending: {failure: 'aborted'}}])
  expect(destroyed).toBe(1)
})
