import {readFileSync} from 'node:fs'
import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2'
import {createServer as createHttps} from 'node:https'
import {type AddressInfo, createServer as createTcp, type Server} from 'node:net'
import type {TlsOptions} from 'node:tls'
import {describe, expect, it, onTestFinished} from 'vitest'
import pacer from '../../src/engines/pacer.js'
import {UserError} from '../../src/errors.js'
import type {Plan} from '../../src/plan/plan.js'
import type {ConnectionSpec, RequestSpec} from '../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {isBalanced, runLoad, sumOf} from '../fakes/engine-run.js'
import {type Certificates, makeCertificates} from '../fakes/metrics-certificates.js'

const certificates = makeCertificates()

const listen = async (server: Server | Http2Server, scheme: string): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => void server.close())
  // A TCP server has an address with a port.
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Path = Partial<RequestSpec> & {name: string}

const planTo = (
  url: string,
  connection: ConnectionSpec,
  requests: Path[] = [{name: 'ok', path: '/'}],
): Plan => {
  const plan = planOf({endpoints: {edge: url}, requests, rates: constantRate(200, 500), timeoutMs: 8000})
  plan.scenario.load.connection = connection
  return plan
}

const quiet = {signal: new AbortController().signal, onSecond: () => {}}

const refusal = async (plan: Plan): Promise<UserError> => {
  const outcome = await pacer.prepare(plan, quiet).catch((error: unknown) => error)
  if (outcome instanceof UserError) return outcome
  if (!(outcome instanceof Error)) await (outcome as Awaited<ReturnType<typeof pacer.prepare>>).close()
  throw new Error(`it was not refused: ${String(outcome)}`)
}

const serverOptions = ({serverCert, serverKey, ca}: Certificates): TlsOptions => ({
  cert: readFileSync(serverCert),
  key: readFileSync(serverKey),
  ca: readFileSync(ca),
})

/** Skipped where there is no openssl to make certificates with. */
describe.skipIf(certificates === undefined)('pacer over TLS', () => {
  const files = certificates ?? {ca: '', serverCert: '', serverKey: '', clientCert: '', clientKey: ''}
  const caPem = certificates ? readFileSync(files.ca, 'utf8') : ''
  const client = certificates
    ? {certPem: readFileSync(files.clientCert, 'utf8'), keyPath: files.clientKey}
    : {}

  const startServer = (options: TlsOptions = {}): Promise<string> =>
    listen(
      createHttps({...serverOptions(files), ...options}, (_request, response) => response.end('hello')),
      'https',
    )

  it('trusts its own authority', async () => {
    const {totals} = await runLoad(pacer, planTo(await startServer(), {tls: {caPem}}))
    expect(totals).toMatchObject({sent: 100, answered: 100})
  })

  it('takes up sessions again, so that most connections need no whole handshake', async () => {
    let resumed = 0
    let opened = 0
    const server = createHttps(serverOptions(files), (_request, response) => {
      response.setHeader('connection', 'close')
      response.end('hello')
    })
    server.on('secureConnection', (socket) => {
      opened++
      if (socket.isSessionReused()) resumed++
    })
    const {totals} = await runLoad(pacer, planTo(await listen(server, 'https'), {tls: {caPem}}))
    expect(totals.answered).toBe(100)
    expect(opened).toBeGreaterThanOrEqual(100)
    expect(resumed).toBeGreaterThan(opened / 2)
  })

  it('refuses a certificate that nobody vouches for, before anything is sent', async () => {
    const {message, hint} = await refusal(planTo(await startServer(), {}))
    expect(message).toMatch(/do not agree on TLS: .*certificate/)
    expect(hint).toContain('load.tls')
  })

  it('does not look at certificates when it is told so', async () => {
    const {totals} = await runLoad(pacer, planTo(await startServer(), {tls: {insecure: true}}))
    expect(totals.answered).toBe(100)
  })

  it('checks the name that it is told to', async () => {
    const url = await startServer()
    const {totals} = await runLoad(pacer, planTo(url, {tls: {caPem, serverName: 'prometheus.internal'}}))
    expect(totals.answered).toBe(100)
    expect((await refusal(planTo(url, {tls: {caPem, serverName: 'elsewhere.test'}}))).message).toMatch(/TLS/)
  })

  it('shows its certificate to a server that asks for one', async () => {
    const url = await startServer({requestCert: true, rejectUnauthorized: true})
    const {totals} = await runLoad(pacer, planTo(url, {tls: {caPem, ...client}}))
    expect(totals.answered).toBe(100)
    // A server of TLS 1.3 objects only once the handshake is over for the client.
    expect((await refusal(planTo(url, {tls: {caPem}}))).message).toMatch(/do not agree on TLS/)
  })

  it('refuses a key that is not there or not the one of its certificate', async () => {
    const url = await startServer()
    const tls = {caPem, ...client}
    expect((await refusal(planTo(url, {tls: {...tls, keyPath: '/nowhere.key'}}))).message).toContain(
      'load.tls',
    )
    expect((await refusal(planTo(url, {tls: {...tls, keyPath: files.serverKey}}))).message).toContain(
      'load.tls',
    )
  })

  it('speaks HTTP/2 where it is asked for', async () => {
    let sessions = 0
    const server = createSecureServer({...serverOptions(files), allowHTTP1: false})
    server.on('session', () => sessions++)
    server.on('stream', (stream) => {
      stream.respond({':status': 201})
      stream.end('hello')
    })
    const plan = planTo(await listen(server, 'https'), {http: 2, tls: {caPem}})
    const {seconds} = await runLoad(pacer, plan)
    expect(sumOf(seconds, 'ok')).toMatchObject({sent: 100, answered: {201: 100}})
    // One for the look before the run may be among them.
    expect(sessions).toBeLessThan(5)
  })

  it('refuses HTTP/2 to a server that only speaks HTTP/1.1', async () => {
    const {message} = await refusal(planTo(await startServer(), {http: 2, tls: {caPem}}))
    expect(message).toContain('does not speak HTTP/2')
  })
})

describe('pacer over HTTP/2 without TLS', () => {
  const paths: Record<string, (stream: ServerHttp2Stream) => void> = {
    '/ok': (stream) => {
      stream.respond({':status': 200})
      stream.end('hello')
    },
    '/error': (stream) => stream.respond({':status': 500}, {endStream: true}),
    '/reset': (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    '/cut': (stream) => {
      stream.respond({':status': 200})
      stream.write('hel')
      setTimeout(() => stream.destroy(new Error('no more')), 5)
    },
    '/hang': () => {},
    '/lost': (stream) => void stream.session?.destroy(),
  }
  const startServer = (): Promise<string> => {
    const server = createServer({settings: {maxConcurrentStreams: 20}})
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {})
      paths[headers[':path'] ?? '']?.(stream)
    })
    server.on('sessionError', () => {})
    return listen(server, 'http')
  }

  it('books every way in which a request can end, once', async () => {
    const requests = [
      ...['/ok', '/error', '/reset', '/cut'].map((path) => ({name: path, path})),
      {name: '/hang', path: '/hang', timeoutMs: 600},
    ]
    const {seconds, totals} = await runLoad(pacer, planTo(await startServer(), {http: 2}, requests))
    const ends = (path: string) => {
      const {answered, failed, sent} = sumOf(seconds, path)
      expect(sent, path).toBeGreaterThan(5)
      return {...answered, ...failed, sent}
    }
    expect(ends('/ok')).toMatchObject({200: sumOf(seconds, '/ok').sent})
    expect(ends('/error')).toMatchObject({500: sumOf(seconds, '/error').sent})
    expect(ends('/reset')).toMatchObject({reset: sumOf(seconds, '/reset').sent})
    expect(ends('/cut')).toMatchObject({reset: sumOf(seconds, '/cut').sent})
    expect(ends('/hang')).toMatchObject({timeout: sumOf(seconds, '/hang').sent})
    expect(totals.sent).toBe(totals.answered + totals.failed)
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
  })

  it('opens another connection when one is lost, and counts what it carried', async () => {
    const requests = [
      {name: 'ok', path: '/ok', weight: 9},
      {name: 'lost', path: '/lost', weight: 1},
    ]
    const {seconds, totals} = await runLoad(pacer, planTo(await startServer(), {http: 2}, requests))
    const lost = sumOf(seconds, 'lost')
    expect((lost.failed['closed'] ?? 0) + (lost.failed['reset'] ?? 0)).toBe(lost.sent)
    expect(sumOf(seconds, 'ok').answered['200']).toBeGreaterThan(50)
    expect(totals.sent).toBe(totals.answered + totals.failed)
  })

  it('is refused by what speaks something else, and not by what is not there', async () => {
    const silent = createTcp((socket) => {
      socket.on('error', () => {})
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    const url = await listen(silent, 'http')
    expect((await refusal(planTo(url, {http: 2}))).message).toContain('does not speak HTTP/2')
    const {totals} = await runLoad(pacer, planTo('http://127.0.0.1:9', {http: 2}))
    expect(totals).toMatchObject({sent: 100, failed: 100})
  })
})

describe('pacer before it sends', () => {
  it('refuses an endpoint whose name does not resolve', async () => {
    const {message, hint} = await refusal(planTo('http://no-such-host.invalid', {}))
    expect(message).toMatch(/http:\/\/no-such-host\.invalid does not resolve/)
    expect(hint).toContain('target file')
  })
})
