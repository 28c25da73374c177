import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {createSwitchBoard} from '../../src/policies/switches.js'
import {createBallast} from '../../src/service/ballast.js'
import {createLog} from '../../src/service/log.js'
import {createMetrics} from '../../src/service/metrics.js'
import {createServiceServer} from '../../src/service/server.js'

const residentMB = (): number => process.memoryUsage.rss() / 1e6

describe('ballast', () => {
  it('is resident memory, given back at once when it is less', async () => {
    const ballast = createBallast()
    const before = residentMB()
    expect(await ballast.hold(200e6)).toBe(200e6)
    expect(residentMB() - before).toBeGreaterThan(180)
    expect(await ballast.hold(70e6 + 1)).toBe(70e6 + 1)
    expect(residentMB() - before).toBeLessThan(110)
    expect(await ballast.hold(0)).toBe(0)
    expect(residentMB() - before).toBeLessThan(40)
  })

  it('ends at what was asked last, however many ask at once', async () => {
    const ballast = createBallast()
    const asked = [100e6, 0, 50e6, 20e6].map((bytes) => ballast.hold(bytes))
    expect((await Promise.all(asked)).at(-1)).toBe(20e6)
    expect(await ballast.hold(20e6)).toBe(20e6)
    await ballast.hold(0)
  })
})

describe('a service that is asked for ballast', () => {
  const server = createServiceServer({
    routes: [],
    metrics: createMetrics(),
    switches: createSwitchBoard(['shutdown.drain']),
    log: createLog({service: 'shop', replica: 'shop-1', level: 'warn', write: () => {}}),
    whyNotReady: () => undefined,
    isDraining: () => false,
  })
  const ask = async (body: string) => {
    // Listening on TCP, the address is never a pipe's name.
    const {port} = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/__ref/ballast`, {method: 'PUT', body})
    return {status: response.status, body: await response.json()}
  }
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })

  it('holds it, and says how much', async () => {
    expect(await ask('{"bytes": 1000000}')).toEqual({status: 200, body: {heldBytes: 1_000_000}})
    expect(await ask('{"bytes": 0}')).toEqual({status: 200, body: {heldBytes: 0}})
  })

  it.each(['{"bytes": -1}', '{"bytes": 1.5}', '{"bytes": "1"}', '{}', 'null', '[]', 'no json'])(
    'refuses %s',
    async (body) => {
      expect(await ask(body)).toMatchObject({status: 400})
    },
  )
})
