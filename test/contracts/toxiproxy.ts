import {afterAll, beforeAll, describe} from 'vitest'
import {apiContract} from './toxiproxy-api.js'
import {clientContract} from './toxiproxy-client.js'
import {connectionsContract} from './toxiproxy-connections.js'
import {differencesContract} from './toxiproxy-differences.js'
import {directionsContract} from './toxiproxy-directions.js'
import {libraryContract} from './toxiproxy-library.js'
import {listenersContract} from './toxiproxy-listeners.js'
import {refusalContract} from './toxiproxy-refusals.js'
import {onlyOurs, type ServerUnderTest} from './toxiproxy-rig.js'
import {robustnessContract} from './toxiproxy-robustness.js'
import {stuckContract} from './toxiproxy-stuck.js'
import {toxicsContract} from './toxiproxy-toxics.js'

/**
 * What every Toxiproxy must do, ours and the real 2.12.0. Where ours differs on purpose, the test's name says so, and
 * expects of each its own or is for ours alone:
 *
 *   no attribute kills or hangs the server                       robustness
 *   no peer that does not read, and no dial, hangs the API       stuck
 *   half-close is kept                                           robustness
 *   a reset also hits connections that were open before          toxics
 *   what `reset_peer` leaves behind; neighbours' dice; names     differences
 *   removing `timeout` spares the connections that it spared     toxics
 *   a PATCH that fails changes nothing                           API
 *   repeating `0.0.0.0:p` or port 0 restarts nothing             robustness
 *   metrics are there and live; the version has a suffix         robustness, API
 *   a seed decides                                               ../toxiproxy/seed.test.ts
 *
 * docs/toxiproxy.md has the same list for users.
 */
export const toxiproxyContract = (
  name: string,
  kind: ServerUnderTest['kind'],
  start: () => Promise<ServerUnderTest>,
): void => {
  const only = onlyOurs(kind)
  describe(name, () => {
    let server: ServerUnderTest
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server?.stop())

    describe('API', () => apiContract(() => server))
    describe('listeners', () => listenersContract(() => server))
    describe('refusals', () => refusalContract(() => server))
    describe('client', () => clientContract(() => server))
    describe('library', () => libraryContract(() => server))
    describe('toxics', () => toxicsContract(() => server, only))
    describe('directions', () => directionsContract(() => server))
    describe('connections', () => connectionsContract(() => server))
    describe('robustness', () => robustnessContract(() => server, only))
    if (kind === 'real') return
    describe('differences', () => differencesContract(() => server))
    // The original hangs in every one of them, in some until it is restarted.
    describe('stuck', () => stuckContract(() => server))
  })
}
