import type {Api} from '../../../clients/kubernetes/api.js'
import {askPod, type PodRequest} from '../../../clients/kubernetes/pod-wire.js'
import type {Json} from '../../../system/json.js'
import {k6Port} from './runner-script.js'

/** What k6 says of itself by number: it holds before its start, and its setup runs. */
export const k6Status = {held: 4, setup: 6} as const

/** k6's REST interface in a pod, reached through the API server. Throws EnvironmentError when it does not answer. */
export interface K6Port {
  /** k6's own number for what it does; undefined when it says none. */
  status(signal: AbortSignal): Promise<number | undefined>
  /** Starts or stops k6; resolves when it has answered. */
  change(attributes: {paused: false} | {stopped: true}, signal: AbortSignal): Promise<void>
  /** Runs the script's own setup; returns what it made. */
  runSetUp(limitMs: number, signal: AbortSignal): Promise<Json>
  /** What its setup made, or was said to have made. */
  setUpData(signal: AbortSignal): Promise<Json>
  putSetUpData(data: Json, signal: AbortSignal): Promise<void>
}

// k6's answers are JSON of this shape; what is in the data is the script's.
const dataIn = (answer: unknown): Json =>
  (answer as {data?: {attributes?: {data?: Json}}} | undefined)?.data?.attributes?.data ?? null

const statusIn = (answer: unknown): number | undefined =>
  (answer as {data?: {attributes?: {status?: number}}} | undefined)?.data?.attributes?.status

/** The port of k6 in that pod; nothing is asked yet. */
export const k6PortOf = (api: Api, namespace: string, pod: string): K6Port => {
  const ask = async (request: Omit<PodRequest, 'port'>, signal: AbortSignal): Promise<unknown> =>
    await askPod(api, namespace, pod, {...request, port: k6Port}, signal)
  return {
    status: async (signal) =>
      statusIn(await ask({method: 'GET', path: '/v1/status', limitMs: 10_000}, signal)),
    change: async (attributes, signal) => {
      const body = {data: {type: 'status', id: 'default', attributes}}
      await ask({method: 'PATCH', path: '/v1/status', body, limitMs: 10_000}, signal)
    },
    runSetUp: async (limitMs, signal) =>
      dataIn(await ask({method: 'POST', path: '/v1/setup', limitMs}, signal)),
    setUpData: async (signal) =>
      dataIn(await ask({method: 'GET', path: '/v1/setup', limitMs: 10_000}, signal)),
    putSetUpData: async (body, signal) => {
      await ask({method: 'PUT', path: '/v1/setup', body, limitMs: 30_000}, signal)
    },
  }
}
