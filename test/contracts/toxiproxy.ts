import {afterAll, beforeAll, describe} from 'vitest'
import {apiContract} from './toxiproxy-api.js'
import {clientContract} from './toxiproxy-client.js'
import {connectionsContract} from './toxiproxy-connections.js'
import {directionsContract} from './toxiproxy-directions.js'
import {libraryContract} from './toxiproxy-library.js'
import {listenersContract} from './toxiproxy-listeners.js'
import {refusalContract} from './toxiproxy-refusals.js'
import {onlyOurs, type ServerUnderTest} from './toxiproxy-rig.js'
import {robustnessContract} from './toxiproxy-robustness.js'
import {stuckContract} from './toxiproxy-stuck.js'
import {toxicsContract} from './toxiproxy-toxics.js'

/**
 * What every Toxiproxy must do, ours and the real 2.12.0. Where ours differs on purpose, the test's name says so and
 * expects of each its own: half-close is kept; a reset also hits connections that were open before; a PATCH that fails
 * changes nothing; removing `timeout` spares the connections that it spared; repeating `0.0.0.0:p` restarts nothing;
 * no attribute kills the server; no slow client hangs the API; metrics are live; the version has a suffix.
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
    // The original hangs in every one of them, some until it is restarted.
    if (kind === 'embedded') describe('stuck', () => stuckContract(() => server))
  })
}
