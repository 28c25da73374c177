import type {Stage} from './stage.js'

/** Counts what it is sent, and tells when each request came: the other side of a load's own counts. */
const program = `
const seen = []
require('node:http').createServer((request, response) => {
  if (request.url === '/seen') return response.end(JSON.stringify(seen))
  seen.push({url: request.url, atMs: performance.timeOrigin + performance.now(), from: request.socket.remoteAddress})
  const slowMs = Number(/slow=(\\d+)/.exec(request.url)?.[1] ?? 0)
  setTimeout(() => response.end('counted'), slowMs)
}).listen(8080)
process.on('SIGTERM', () => process.exit(0))
`

/** One request as the counter saw it. */
export interface Counted {
  url: string
  /** Epoch ms. */
  atMs: number
  /** Address of the pod that sent it. */
  from: string
}

/** Brings up the counter and its Service `counter`; resolves when it answers. */
export const bringCounter = async ({apply, ready}: Stage): Promise<void> => {
  await apply(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'counter', labels: {app: 'counter'}},
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'counter',
            image: 'localhost/node:1',
            imagePullPolicy: 'Never',
            command: ['node', '-e', program],
            readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1},
          },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'counter'},
      spec: {selector: {app: 'counter'}, ports: [{port: 80, targetPort: 8080}]},
    },
  )
  await ready('pod/counter')
}

/** Where pods reach it. */
export const counterUrl = ({namespace}: Stage): string => `http://counter.${namespace}.svc:80`

/** What came since so many requests ago. */
export const countedSince = async ({kubectl, namespace}: Stage, before = 0): Promise<Counted[]> => {
  const path = `/api/v1/namespaces/${namespace}/pods/counter:8080/proxy/seen`
  // The program above is all that answers there.
  const all = JSON.parse(await kubectl(['get', '--raw', path])) as Counted[]
  return all.slice(before)
}
