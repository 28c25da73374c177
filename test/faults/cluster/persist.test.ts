import {expect, it} from 'vitest'
import {EnvironmentError, UserError} from '../../../src/errors.js'
import {persist} from '../../../src/faults/cluster/persist.js'
import {emptyWorld} from '../../fakes/run-world.js'

const quick = {now: () => 0, sleep: async (_ms: number, signal?: AbortSignal) => signal?.throwIfAborted()}

it('tries again what the cluster refused for now, and nothing that is wrong in itself', async () => {
  const world = {...emptyWorld(), clock: quick}
  let tries = 0
  const third = async (): Promise<string> => {
    tries += 1
    if (tries < 3) throw new EnvironmentError('away')
    return 'done'
  }
  expect([await persist(world, third), tries]).toEqual(['done', 3])
  const wrong = persist(world, () => Promise.reject(new UserError('no such thing')))
  await expect(wrong).rejects.toThrow('no such thing')
})

it('says what the cluster said last when its time is over', async () => {
  const stop = new AbortController()
  let tries = 0
  const never = async (): Promise<void> => {
    tries += 1
    if (tries === 3) stop.abort()
    throw new EnvironmentError(`away ${tries}`)
  }
  await expect(persist({...emptyWorld(stop.signal), clock: quick}, never)).rejects.toThrow('away 3')
})
