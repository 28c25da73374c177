import {describe, expect, it} from 'vitest'
import type {SqlClient} from '../../src/policies/sql-client.js'
import {keepReady} from '../../src/service/database.js'
import {createLog} from '../../src/service/log.js'
import {manualClock} from '../fakes/manual-clock.js'

/** A database that has the tables it was given since it was last replaced. */
const database = () => {
  let up = true
  let hasTables = false
  const asked: string[] = []
  const answer = async (what: string): Promise<void> => {
    asked.push(what)
    if (!up) throw new Error('connection refused')
    if (what === 'schema') hasTables = true
  }
  // Only what keeps it ready is asked.
  const sql = {
    ping: () => answer('ping'),
    setUp: () => answer('schema'),
    close: async () => {},
  } as unknown as SqlClient
  return {
    sql,
    asked,
    hasTables: () => hasTables,
    goes: () => {
      up = false
    },
    /** Another one comes, with nothing in it. */
    isReplaced: () => {
      up = true
      hasTables = false
    },
  }
}

describe('a database', () => {
  it('that was replaced has its tables again before the service is ready', async () => {
    const clock = manualClock()
    const store = database()
    const log = createLog({service: 'order', replica: 'order-1', level: 'error', write: () => {}})
    const kept = keepReady(store.sql, 'CREATE TABLE IF NOT EXISTS orders ()', {clock, log})
    await clock.advance(2_500)
    expect(kept.whyNotReady()).toBeUndefined()
    expect(store.asked).toEqual(['schema', 'ping', 'ping'])
    store.goes()
    await clock.advance(2_000)
    expect(kept.whyNotReady()).toContain('connection refused')
    store.isReplaced()
    await clock.advance(1_500)
    expect(store.hasTables()).toBe(true)
    expect(kept.whyNotReady()).toBeUndefined()
    await kept.close()
    expect(clock.pending()).toBe(0)
  })
})
