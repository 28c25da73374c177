// Serves metrics.k8s.io in the test cluster from the kubelet's readings, so that autoscalers and `kubectl top` work.
import {readFileSync} from 'node:fs'
import {createServer, request} from 'node:https'
import {text} from 'node:stream/consumers'
import {call, connect} from '../api.mjs'
import {pair} from '../keys.mjs'
import {address, metricsPort, node} from '../settings.mjs'
import {discovery, listOf, nodeMetrics, podMetrics} from './answers.mjs'
import {readSamples, usage} from './samples.mjs'

const agent = connect()
let used = new Map()

const readKubelet = () =>
  new Promise((resolve, reject) => {
    const options = {host: address, port: 10_250, path: '/metrics/resource', agent, timeout: 5_000}
    const outgoing = request(options, (response) => resolve(text(response)))
    outgoing.on('timeout', () => outgoing.destroy(new Error('the kubelet did not answer within 5 s')))
    outgoing.on('error', reject)
    outgoing.end()
  })

// The kubelet takes a sample of each container about every 10 s: reading more often finds it sooner.
const keepReading = async () => {
  try {
    used = usage(used, readSamples(await readKubelet()))
  } catch (cause) {
    console.error(`${new Date().toISOString()} ${cause.message}`)
  }
  setTimeout(keepReading, 1_000)
}

const notFound = {
  code: 404,
  body: {kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404},
}
const found = (body) => (body ? {code: 200, body} : notFound)

const answerNodes = (name) => {
  if (name && name !== node) return notFound
  const metrics = nodeMetrics(used, node)
  return name ? found(metrics) : found(listOf('NodeMetrics', [metrics]))
}

/** Which pods there are, and which of them a selector means, the API server says. */
const answerPods = async (namespace, name, search) => {
  const path = `/api/v1${namespace ? `/namespaces/${namespace}` : ''}/pods`
  const {status, text: body} = await call(agent, 'GET', name ? `${path}/${name}` : `${path}${search}`)
  if (status !== 200) return {code: status, body: JSON.parse(body)}
  const answer = JSON.parse(body)
  if (name) return found(podMetrics(used, answer))
  return found(
    listOf(
      'PodMetrics',
      answer.items.map((pod) => podMetrics(used, pod)),
    ),
  )
}

const route = (url) => {
  const {pathname, search} = new URL(url, 'https://metrics')
  if (discovery[pathname]) return found(discovery[pathname])
  const [, nodes, nodeName] =
    /^\/apis\/metrics\.k8s\.io\/v1beta1\/(nodes)(?:\/([^/]+))?$/.exec(pathname) ?? []
  if (nodes) return answerNodes(nodeName)
  const pods = /^\/apis\/metrics\.k8s\.io\/v1beta1(?:\/namespaces\/([^/]+))?\/pods(?:\/([^/]+))?$/.exec(
    pathname,
  )
  return pods ? answerPods(pods[1], pods[2], search) : notFound
}

const respond = async (incoming, response) => {
  let answer
  try {
    answer = await route(incoming.url)
  } catch (cause) {
    answer = {
      code: 500,
      body: {kind: 'Status', apiVersion: 'v1', status: 'Failure', message: cause.message, code: 500},
    }
  }
  response.writeHead(answer.code, {'content-type': 'application/json'})
  response.end(JSON.stringify(answer.body))
}

const {certificate, key} = pair('metrics')
const server = createServer(
  {
    cert: readFileSync(certificate),
    key: readFileSync(key),
    // Only the API server may ask: it has asked its own client who they are.
    ca: readFileSync(pair('front-proxy-ca').certificate),
    requestCert: true,
    rejectUnauthorized: true,
  },
  respond,
)
server.listen(metricsPort, address)
keepReading()
