import type {createServer} from 'node:http'

/**
 * A small service for a pod: counts its requests by status, refuses them with 503 for 3 s when it is told to end, and says
 * on its last line how many there were of each. It is sent to the pod as text, so it uses nothing of this module.
 */
const countingService = (http: {createServer: typeof createServer}): void => {
  const requests = {200: 0, 503: 0}
  let leaving = false
  const server = http.createServer((request, response) => {
    if (request.url === '/ready') return void response.writeHead(leaving ? 503 : 200).end()
    if (request.url === '/metrics') {
      const of = (code: 200 | 503): string => `http_requests_total{code="${code}"} ${requests[code]}\n`
      // As client libraries do: a series is there from its first event on.
      const text = `# TYPE http_requests_total counter\n${of(200)}${requests[503] > 0 ? of(503) : ''}`
      return void response.writeHead(200, {'content-type': 'text/plain; version=0.0.4'}).end(text)
    }
    const code = leaving ? 503 : 200
    requests[code] += 1
    if (leaving) response.setHeader('connection', 'close')
    response.writeHead(code).end('ok')
  })
  server.listen(8080)
  process.once('SIGTERM', () => {
    leaving = true
    setTimeout(() => {
      process.stdout.write(`${JSON.stringify(requests)}\n`, () => process.exit(0))
    }, 3_000)
  })
}

/** The manifests of the service: three replicas behind a NodePort. */
export const countingManifests = (name: string): object[] => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name},
    spec: {
      replicas: 3,
      selector: {matchLabels: {app: name}},
      template: {
        metadata: {labels: {app: name}},
        spec: {
          terminationGracePeriodSeconds: 10,
          containers: [
            {
              name: 'service',
              image: 'localhost/node:1',
              imagePullPolicy: 'Never',
              args: ['-e', `(${countingService.toString()})(require('node:http'))`],
              ports: [{name: 'http', containerPort: 8080}],
              readinessProbe: {httpGet: {path: '/ready', port: 8080}, periodSeconds: 1, failureThreshold: 1},
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name},
    spec: {type: 'NodePort', selector: {app: name}, ports: [{port: 80, targetPort: 8080}]},
  },
]
