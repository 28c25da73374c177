import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import type {TLSSocket} from 'node:tls'
import {afterAll, beforeAll, expect, it} from 'vitest'
import k6 from '../../src/engines/k6.js'
import type {Plan} from '../../src/plan/plan.js'
import type {ConnectionSpec} from '../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {runLoad, sumOf} from '../fakes/engine-run.js'
import {makeCertificates} from '../fakes/metrics-certificates.js'
import {withEachK6} from './k6-rig.js'

const certificates = makeCertificates()

/** A server that wants a certificate of its authority, and says whose it got. */
const startServer = async ({ca, serverCert, serverKey}: NonNullable<typeof certificates>) => {
  const seen: string[] = []
  const server = createServer(
    {
      ca: readFileSync(ca),
      cert: readFileSync(serverCert),
      key: readFileSync(serverKey),
      requestCert: true,
      rejectUnauthorized: false,
    },
    ({socket}, response) => {
      // Over https every socket is one of TLS.
      seen.push(String((socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody'))
      response.end('tea')
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `address` is a string only for sockets in the file system.
  const {port} = server.address() as AddressInfo
  return {url: `https://127.0.0.1:${port}`, seen, server}
}

withEachK6(() => {
  if (certificates === undefined) {
    it.skip('openssl is not installed', () => {})
    return
  }
  let shop: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    shop = await startServer(certificates)
  })
  afterAll(() => {
    shop.server.closeAllConnections()
    shop.server.close()
  })

  const plan = (tls: ConnectionSpec['tls']): Plan => {
    const requests = [{name: 'ok', path: '/'}]
    const plain = planOf({
      endpoints: {shop: shop.url},
      requests,
      rates: constantRate(10, 500),
      maxInFlight: 3,
    })
    const load = {...plain.scenario.load, ...(tls && {connection: {tls}})}
    return {...plain, scenario: {...plain.scenario, load}}
  }

  it('trusts the authority of the scenario, and shows its client certificate', async () => {
    shop.seen.length = 0
    const {ca, clientCert, clientKey} = certificates
    const caPem = readFileSync(ca, 'utf8')
    const certPem = readFileSync(clientCert, 'utf8')
    const {seconds} = await runLoad(k6, plan({caPem, certPem, keyPath: clientKey}))
    expect(sumOf(seconds, 'ok').answered).toEqual({200: 5})
    expect(shop.seen).toEqual(Array.from({length: 5}, () => 'client'))
  })

  it('sends nothing where nobody trusts the server', async () => {
    await expect(runLoad(k6, plan(undefined))).rejects.toThrow(/do not agree on TLS/)
  })

  it('trusts anybody when told so', async () => {
    const {seconds} = await runLoad(k6, plan({insecure: true}))
    expect(sumOf(seconds, 'ok').answered).toEqual({200: 5})
  })
})
