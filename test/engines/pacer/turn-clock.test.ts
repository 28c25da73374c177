import {setImmediate as turn} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {turnClock} from '../../../src/engines/pacer/turn-clock.js'

it('all who ask in one turn of the loop are told the same, and the next turn is told anew', async () => {
  let reads = 0
  const clock = turnClock(() => ++reads)
  expect([clock(), clock()]).toEqual([1, 1])
  await Promise.resolve()
  expect(clock()).toBe(1)
  await turn()
  expect([clock(), clock()]).toEqual([2, 2])
})

it('a time that stands keeps the loop from waiting: it is not what the next answer is told', async () => {
  const clock = turnClock(() => performance.now())
  const before = clock()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(clock() - before).toBeGreaterThan(40)
})
