import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {json} from 'node:stream/consumers'
import type {TargetDescription} from '../topology.js'
import {type Answer, ok, refuse} from './answer.js'
import type {Deployment} from './deployment.js'
import type {KeptProcess} from './kept-process.js'
import {answerForReplica} from './pressure-api.js'
import {PressureError} from './pressure-error.js'
import {loopback} from './process-plans.js'
import {SwitchError} from './switchboard.js'

/** What it acts on. */
export interface Controlled {
  deployment: Deployment
  target: TargetDescription
  stop(): void
}

const serviceOf = (replica: string): string => replica.replace(/-\d+$/, '')

const describeReplica = (kept: KeptProcess, {addresses}: Deployment) => ({
  workload: serviceOf(kept.spec.name),
  name: kept.spec.name,
  pid: kept.pid,
  state: kept.state,
  restarts: kept.restarts,
  url: loopback(addresses.port(kept.spec.name)),
  startedAt: kept.startedAt,
})

const namesOf = ({target}: Controlled): string[] =>
  Object.values(target.workloads).flatMap(({replicas}) => replicas)

const listReplicas = (controlled: Controlled): Answer => {
  const {deployment} = controlled
  const replicas = namesOf(controlled).flatMap((name) => deployment.processes.get(name) ?? [])
  return ok(replicas.map((kept) => describeReplica(kept, deployment)))
}

/** Everything that runs here, databases and our own machinery included, to account for what it uses. */
const listProcesses = ({deployment}: Controlled): Answer => {
  const guardian = deployment.guardianPid()
  return ok([
    {name: 'supervisor', pid: process.pid, state: 'ready', restarts: 0},
    {name: 'guardian', pid: guardian, state: guardian ? 'ready' : 'stopped', restarts: 0},
    ...deployment.processes
      .all()
      .map(({spec, pid, state, restarts}) => ({name: spec.name, pid, state, restarts})),
  ])
}

/** Prometheus' http_sd: the same labels as the built-in scraper gives. */
const discover = ({target}: Controlled): Answer =>
  ok(target.metrics.targets.map(({url, labels}) => ({targets: [new URL(url).host], labels})))

const patchReplica = (kept: KeptProcess, body: unknown, {deployment}: Controlled): Answer => {
  if (typeof body !== 'object' || body === null || !('respawn' in body) || typeof body.respawn !== 'boolean')
    return refuse(400, 'Expected {"respawn": true} or {"respawn": false}')
  kept.setRespawn(body.respawn)
  return ok(describeReplica(kept, deployment))
}

/** `/replicas/NAME`, and what is under it. */
const routeReplica = async (
  method: string,
  [name = '', path = '']: string[],
  body: () => Promise<unknown>,
  controlled: Controlled,
): Promise<Answer> => {
  const {processes, pressures} = controlled.deployment
  const isReplica = namesOf(controlled).includes(name)
  const kept = isReplica ? processes.get(name) : undefined
  if (!kept) return refuse(404, `There is no replica ${name}`)
  if (method === 'PATCH' && path === '') return patchReplica(kept, await body(), controlled)
  const answer = await answerForReplica({method, path, kept, body}, pressures)
  return answer ?? refuse(404, `There is no ${method} ${path} of a replica`)
}

const patchSwitches = async (body: unknown, {deployment}: Controlled): Promise<Answer> => {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refuse(400, 'Expected an object such as {"order.breaker": false}')
  await deployment.switchboard.apply({...body})
  return ok(await deployment.switchboard.read())
}

const route = async (request: IncomingMessage, controlled: Controlled): Promise<Answer> => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const body = async (): Promise<unknown> => json(request).catch(() => undefined)
  const replica = /^\/replicas\/([^/]+)(?:\/(.+))?$/.exec(path)
  if (replica) return routeReplica(request.method ?? '', replica.slice(1), body, controlled)
  switch (`${request.method} ${path}`) {
    case 'GET /healthz':
      return ok({status: 'up'})
    case 'GET /target':
      return ok(controlled.target)
    case 'GET /replicas':
      return listReplicas(controlled)
    case 'GET /processes':
      return listProcesses(controlled)
    case 'GET /switches':
      return ok(await controlled.deployment.switchboard.read())
    case 'PATCH /switches':
      return patchSwitches(await body(), controlled)
    case 'GET /sd':
      return discover(controlled)
    case 'POST /stop':
      controlled.stop()
      return {status: 202, body: {status: 'stopping'}}
    default:
      return refuse(404, `There is no ${request.method} ${path}`)
  }
}

/** Web pages can send requests to loopback too, under another host name or with an origin; they get nothing. */
const isFromHere = ({headers}: IncomingMessage): boolean =>
  headers.origin === undefined && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')

const answerFailure = (cause: unknown): Answer =>
  cause instanceof SwitchError || cause instanceof PressureError
    ? refuse(cause.status, cause.message)
    : refuse(500, String(cause))

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  controlled: Controlled,
): Promise<void> => {
  const refused = refuse(403, 'Only programs of this machine may ask')
  const answer = isFromHere(request) ? await route(request, controlled).catch(answerFailure) : refused
  response.writeHead(answer.status, {'content-type': 'application/json'}).end(JSON.stringify(answer.body))
}

/** Serves the control API on loopback. */
export const serveControlApi = (port: number, controlled: Controlled): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => void respond(request, response, controlled))
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
