import {writeFileSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import {join} from 'node:path'
import {listenOnLoopback} from '../../../src/clients/kubernetes/listen.js'
import type {User} from '../../e2e/cli.js'
import type {Stage} from './stage.js'

/** A server on this machine that load is sent to: what the cluster goes through is not its business. */
export const startShop = async (): Promise<{url: string; close(): Promise<void>}> => {
  let requests = 0
  const server: Server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      requests += 1
      return void response.end('ok')
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(`# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${requests}\n`)
  })
  return await listenOnLoopback(server)
}

/** Writes a scenario with these faults, in force for two minutes or as said, and its target: the stage's namespace. */
export const writeScenario = (
  user: User,
  {
    shop,
    kubernetes,
    faults,
    lasts = '120s',
    deployments = ['web', 'api'],
  }: {shop: string; kubernetes: object; faults: object[]; lasts?: string; deployments?: string[]},
): string => {
  const target = {
    name: 'namespace',
    endpoints: {web: shop},
    kubernetes,
    toxiproxy: {service: 'toxiproxy', port: 8474},
    edges: {'client->web': {proxy: 'web', probe: 'tcp'}},
    workloads: Object.fromEntries(deployments.map((deployment) => [deployment, {deployment}])),
    metrics: {scrape: {every: '1s', targets: [{url: `${shop}/metrics`, labels: {job: 'shop'}}]}},
  }
  const plain = {...target, toxiproxy: undefined, edges: undefined}
  const needsProxy = faults.some((fault) => 'latency' in fault)
  writeFileSync(join(user.home, 'target.yaml'), JSON.stringify(needsProxy ? target : plain))
  const scenario = {
    name: 'cluster-undo',
    summary: 'Faults in a cluster, in force for long.',
    target: 'target.yaml',
    load: {profile: {constant: '5/s'}, requests: [{name: 'browse', get: '/'}]},
    phases: {'warm-up': '0s', baseline: '1s', fault: lasts, recovery: '1s'},
    faults,
    objectives: [
      {name: 'up', good: 'http_requests_total{code="200"}', total: 'http_requests_total', target: '1%'},
    ],
  }
  const path = join(user.home, 'cluster-undo.yaml')
  writeFileSync(path, JSON.stringify(scenario))
  return path
}

const toxicsOf = async ({kubectl, namespace}: Stage): Promise<string[]> => {
  const path = `/api/v1/namespaces/${namespace}/services/toxiproxy:8474/proxy/proxies`
  // The API of Toxiproxy: an object of proxies.
  const proxies = JSON.parse(await kubectl(['get', '--raw', path])) as Record<
    string,
    {toxics: {name: string}[]}
  >
  return Object.values(proxies).flatMap(({toxics}) => toxics.map(({name}) => `toxic ${name}`))
}

/** What is not as it was before a run, as kubectl tells. */
export const damageIn = async (
  stage: Stage,
  {node, toxiproxy = false, web = 2}: {node: string; toxiproxy?: boolean; web?: number},
): Promise<string[]> => {
  const {kubectl} = stage
  const [replicas, cordoned, policies] = await Promise.all([
    kubectl(['get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}']),
    kubectl(['get', 'node', node, '-o', 'jsonpath={.spec.unschedulable}']),
    kubectl(['get', 'networkpolicies', '-o', 'name']),
  ])
  return [
    ...(replicas === String(web) ? [] : [`web has ${replicas} replicas`]),
    ...(cordoned === '' ? [] : [`node ${node} is cordoned`]),
    ...policies.split('\n').filter((line) => line !== ''),
    ...(toxiproxy ? await toxicsOf(stage) : []),
  ]
}

/** Until there is so much damage (`least`), or none, and no journal is left; what there is when the time is over. */
export const untilDamage = async (
  look: () => Promise<string[]>,
  is: (damage: string[]) => boolean,
  limitMs: number,
): Promise<string[]> => {
  const untilMs = performance.now() + limitMs
  for (;;) {
    const damage = await look()
    if (is(damage) || performance.now() > untilMs) return damage
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
