import {expect, it} from 'vitest'
import {checkSocketLimits, mostInFlight, socketLimits} from '../../../src/engines/pacer/socket-limits.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'

const planWith = (maxInFlight: number, ratePerSecond = 1000) =>
  planOf({
    endpoints: {edge: 'http://127.0.0.1:9'},
    requests: [{name: 'ok'}],
    rates: constantRate(ratePerSecond, 1000),
    timeoutMs: 10_000,
    maxInFlight,
  })
const limits = {mostFiles: 1024, openFiles: 50, ports: 28_000}

it('no more can be in flight than arrive within a timeout', () => {
  expect(mostInFlight(planWith(5000, 20))).toBe(201)
  expect(mostInFlight(planWith(5000, 2000))).toBe(5000)
})

it('a load that needs more sockets than the machine has is refused, with what to do', () => {
  expect(() => checkSocketLimits(planWith(900), limits)).not.toThrow()
  expect(() => checkSocketLimits(planWith(5000, 20), limits)).not.toThrow()
  expect(() => checkSocketLimits(planWith(1000), limits)).toThrow(
    'may have 1000 requests in flight at once, each on a connection of its own, and this process may open 1024 files, of which 50 are open',
  )
  expect(() => checkSocketLimits(planWith(5000), {...limits, mostFiles: 1e6, ports: 4000})).toThrow(
    '4000 ports',
  )
})

it('what the system does not say limits nothing, and over HTTP/2 a few sockets do', () => {
  const unknown = {mostFiles: undefined, openFiles: 0, ports: undefined}
  expect(() => checkSocketLimits(planWith(1e6), unknown)).not.toThrow()
  const http2 = planWith(5000)
  http2.scenario.load.connection = {http: 2}
  expect(() => checkSocketLimits(http2, limits)).not.toThrow()
})

it.runIf(process.platform === 'linux')('Linux says what it allows', () => {
  const {mostFiles, openFiles, ports} = socketLimits()
  expect(mostFiles).toBeGreaterThan(100)
  expect(openFiles).toBeGreaterThan(3)
  expect(ports).toBeGreaterThan(1000)
})
