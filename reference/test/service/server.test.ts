import {once} from 'node:events'
import {type AddressInfo, connect} from 'node:net'
import {afterEach, describe, expect, test} from 'vitest'
import {CallFailed} from '../../src/policies/failure.js'
import {createSwitchBoard} from '../../src/policies/switches.js'
import {systemClock} from '../../src/service/clock.js'
import {drain} from '../../src/service/drain.js'
import {createLog} from '../../src/service/log.js'
import {createMetrics} from '../../src/service/metrics.js'
import type {Answer} from '../../src/service/routes.js'
import {createServiceServer} from '../../src/service/server.js'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const setUp = async (respond: () => Promise<Answer>) => {
  const lines: string[] = []
  const state = {draining: false}
  const metrics = createMetrics()
  const server = createServiceServer({
    routes: [{method: 'GET', path: '/things/:id', answer: respond}],
    metrics,
    switches: createSwitchBoard(['shutdown.drain']),
    log: createLog({service: 'shop', replica: 'shop-1', level: 'warn', write: (line) => lines.push(line)}),
    whyNotReady: () => undefined,
    isDraining: () => state.draining,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  // Listening on TCP, the address is never a pipe's name.
  const {port} = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {server, port, url, state, lines, text: () => metrics.registry.metrics()}
}

const failure = (kind: CallFailed['kind'], status?: number) =>
  new CallFailed(kind, 'payment failed', {to: 'payment', ...(status === undefined ? {} : {status})})

describe('the server', () => {
  test.each([
    [failure('timeout'), 504],
    [failure('refused'), 502],
    [failure('reset'), 502],
    [failure('rejected'), 503],
    [failure('status', 503), 503],
    [failure('status', 504), 504],
    [failure('status', 500), 502],
    [new Error('a bug'), 500],
  ])('answers %s with %i, and counts it', async (thrown, status) => {
    const {url, text, lines} = await setUp(() => Promise.reject(thrown))
    const response = await fetch(`${url}/things/1`)
    expect(response.status).toBe(status)
    expect(response.headers.get('x-failed-upstream')).toBe(status === 500 ? null : 'payment')
    expect(await text()).toContain(`http_requests_total{route="/things/:id",method="GET",code="${status}"} 1`)
    expect(lines).toHaveLength(1)
  })

  test('counts a caller that left as 499', async () => {
    const {port, text} = await setUp(() => new Promise<Answer>(() => {}))
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /things/1 HTTP/1.1\r\nhost: shop\r\n\r\n')
    while (!(await text()).includes('http_requests_in_flight 1')) await new Promise(setImmediate)
    socket.destroy()
    while (!(await text()).includes('code="499"} 1')) await new Promise(setImmediate)
    expect(await text()).toContain('http_requests_in_flight 0')
  })

  test('logs one JSON line with the trace of the request', async () => {
    const {url, lines} = await setUp(() => Promise.reject(failure('timeout')))
    const traceparent = `00-${'b'.repeat(32)}-${'c'.repeat(16)}-01`
    await fetch(`${url}/things/1`, {headers: {traceparent}})
    expect(JSON.parse(lines.join())).toMatchObject({
      level: 'warn',
      service: 'shop',
      replica: 'shop-1',
      msg: 'payment failed',
      traceId: 'b'.repeat(32),
      status: 504,
    })
  })
})

describe('draining', () => {
  test('says not ready, closes connections after their answer, and lets requests in flight finish', async () => {
    let finish = (_: Answer): void => {}
    const {server, url, state} = await setUp(
      () =>
        new Promise<Answer>((resolve) => {
          finish = resolve
        }),
    )
    const inFlight = fetch(`${url}/things/1`)
    await once(server, 'request')
    state.draining = true
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({reason: 'draining'})
    const drained = drain({server, clock: systemClock, noticeMs: 50, finishMs: 60_000})
    const readyz = () =>
      fetch(`${url}/readyz`).then(
        () => 'answers',
        () => 'refuses',
      )
    await expect.poll(readyz).toBe('refuses')
    finish({status: 200, body: {done: true}})
    const response = await inFlight
    expect(response.headers.get('connection')).toBe('close')
    expect(await response.json()).toEqual({done: true})
    await drained
  })

  test('cuts what does not finish in time', async () => {
    const {server, url} = await setUp(() => new Promise<Answer>(() => {}))
    const cut = expect(fetch(`${url}/things/1`)).rejects.toThrow()
    await once(server, 'request')
    await drain({server, clock: systemClock, noticeMs: 0, finishMs: 50})
    await cut
  })
})
