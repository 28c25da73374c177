import {readFileSync} from 'node:fs'
import {type Certificates, makeCertificates} from '../../fakes/metrics-certificates.js'
import type {Stage} from './stage.js'

/** Answers nobody without a certificate of its authority; whose it got is told on a port of its own. */
const program = `
const {readFileSync} = require('node:fs')
const file = (name) => readFileSync('/tls/' + name)
const seen = []
const options = {ca: file('ca'), cert: file('cert'), key: file('key'), requestCert: true, rejectUnauthorized: true}
require('node:https').createServer(options, ({socket}, response) => {
  seen.push(socket.getPeerCertificate().subject.CN)
  response.end('tea')
}).listen(8443)
require('node:http').createServer((_request, response) => response.end(JSON.stringify(seen))).listen(8080)
process.on('SIGTERM', () => process.exit(0))
`

/** A service that speaks TLS with those who show a certificate of its authority. */
export interface TlsShop {
  url: string
  certificates: Certificates
  /** Common names of the certificates it was shown, one for each request, since the last time. */
  seen(): Promise<string[]>
}

const podOf = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name, labels: {app: name}},
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'node',
        image: 'localhost/node:1',
        imagePullPolicy: 'Never',
        command: ['node', '-e', program],
        readinessProbe: {tcpSocket: {port: 8443}, periodSeconds: 1},
        volumeMounts: [{name: 'tls', mountPath: '/tls'}],
      },
    ],
    volumes: [{name: 'tls', secret: {secretName: name}}],
  },
})

/** Brings it up under the name `tls-shop`; resolves when it answers. */
export const bringTlsShop = async ({apply, ready, kubectl, namespace}: Stage): Promise<TlsShop> => {
  const name = 'tls-shop'
  const host = `${name}.${namespace}.svc`
  const certificates = makeCertificates(host)
  if (certificates === undefined) throw new Error('openssl is not installed')
  const text = (path: string): string => readFileSync(path, 'utf8')
  const {ca, serverCert, serverKey} = certificates
  const stringData = {ca: text(ca), cert: text(serverCert), key: text(serverKey)}
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name},
    spec: {selector: {app: name}, ports: [{port: 443, targetPort: 8443}]},
  }
  await apply({apiVersion: 'v1', kind: 'Secret', metadata: {name}, stringData}, podOf(name), service)
  await ready(`pod/${name}`)
  let before = 0
  return {
    url: `https://${host}`,
    certificates,
    seen: async () => {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}:8080/proxy/`
      // The program above is all that answers there.
      const all = JSON.parse(await kubectl(['get', '--raw', path])) as string[]
      const news = all.slice(before)
      before = all.length
      return news
    },
  }
}
