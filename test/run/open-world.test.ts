import {expect, it} from 'vitest'
import {openWorld} from '../../src/run/open-world.js'
import {systemClock} from '../../src/system/clock.js'
import {outcome} from '../contracts/toxiproxy-rig.js'
import {emptyTarget} from '../fakes/run-world.js'

it('lets work of one key wait for each other, past failures, and keeps no other work waiting', async () => {
  const {inTurn} = openWorld(emptyTarget, 'run-1', systemClock, new AbortController().signal)
  if (!inTurn) throw new Error('no turns')
  const log: string[] = []
  const gate = outcome<void>()
  const first = inTurn('a', async () => {
    await gate.promise
    log.push('first')
    throw new Error('it failed')
  })
  const second = inTurn('a', async () => void log.push('second'))
  await inTurn('b', async () => void log.push('other'))
  gate.resolve()
  await expect(first).rejects.toThrow('it failed')
  await second
  expect(log).toEqual(['other', 'first', 'second'])
})
