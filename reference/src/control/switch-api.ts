import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {json} from 'node:stream/consumers'
import {type Answer, ok, refuse} from '../supervisor/answer.js'
import {type Switchboard, SwitchError} from '../supervisor/switchboard.js'
import {serviceNames} from '../topology.js'
import type {ClusterSwitches} from './cluster-switches.js'
import type {Fleet} from './fleet.js'

/** What the API acts on. */
export interface SwitchedDeployment {
  fleet: Fleet
  switchboard: Switchboard
  cluster: ClusterSwitches
  /** Called when switches were set: those that were not ready then are still to be told. */
  onChange(): void
}

const readAll = async ({fleet, switchboard, cluster}: SwitchedDeployment): Promise<Answer> => {
  await fleet.refresh()
  const [services, objects] = await Promise.all([switchboard.read(), cluster.read()])
  return ok({...services, ...objects})
}

const change = async (body: unknown, deployment: SwitchedDeployment): Promise<Answer> => {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refuse(400, 'Expected an object such as {"order.breaker": false}')
  const {fleet, switchboard, cluster} = deployment
  const entries = Object.entries(body)
  const ofServices = entries.filter(([name]) => !cluster.owns(name))
  const ofCluster = entries.filter(([name]) => cluster.owns(name))
  await fleet.refresh()
  // Pods that the cluster makes from here on ask for what was set before.
  if (ofServices.length > 0) await switchboard.apply(Object.fromEntries(ofServices))
  deployment.onChange()
  if (ofCluster.length > 0) await cluster.apply(Object.fromEntries(ofCluster))
  return readAll(deployment)
}

const route = async (request: IncomingMessage, deployment: SwitchedDeployment): Promise<Answer> => {
  const path = new URL(request.url ?? '/', 'http://control').pathname
  const line = `${request.method} ${path}`
  if (line === 'GET /healthz') return ok({status: 'up'})
  if (line === 'GET /switches') return readAll(deployment)
  if (line === 'PATCH /switches') return change(await json(request).catch(() => undefined), deployment)
  const service = serviceNames.find((name) => line === `GET /remembered/${name}`)
  return service ? ok(deployment.switchboard.remembered(service)) : refuse(404, `There is no ${line}`)
}

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  deployment: SwitchedDeployment,
): Promise<void> => {
  // Web pages reach what their user forwards to a port of this machine; they get nothing.
  const answer = request.headers.origin
    ? refuse(403, 'Web pages may not ask')
    : await route(request, deployment).catch((cause) =>
        cause instanceof SwitchError ? refuse(cause.status, cause.message) : refuse(500, String(cause)),
      )
  response.writeHead(answer.status, {'content-type': 'application/json'}).end(JSON.stringify(answer.body))
}

/** The HTTP server of the control pod, not yet listening. */
export const createSwitchApi = (deployment: SwitchedDeployment): Server =>
  createServer((request, response) => void respond(request, response, deployment))
