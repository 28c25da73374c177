import type {ServerResponse} from 'node:http'
import {text} from 'node:stream/consumers'
import {type Exporter, startExporter} from './metrics-exporter.js'

/** One request as the server saw it. */
export interface AskedQuery {
  method: string
  path: string
  query: string
  time: string | null
  lookback: string | null
  authorization: string | undefined
}

export type Respond = (asked: AskedQuery, response: ServerResponse) => void

/** A server that speaks as much of Prometheus's API as a test needs it to. */
export interface FakePrometheus {
  readonly url: string
  readonly asked: AskedQuery[]
  /** Answers in this way from now on. */
  answer(respond: Respond): void
  close(): Promise<void>
}

export const success = (response: ServerResponse, data: unknown, extra: object = {}): void =>
  void response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({status: 'success', data, ...extra}))

export const failure = (response: ServerResponse, status: number, errorType: string, error: string): void =>
  void response.writeHead(status).end(JSON.stringify({status: 'error', errorType, error}))

export const vector = (...samples: [labels: Record<string, string>, value: string][]): object => ({
  resultType: 'vector',
  result: samples.map(([metric, value]) => ({metric, value: [1000.5, value]})),
})

/** Times in ms, as the server's samples of one series named `a`. */
export const matrix = (...timesMs: number[]): object => ({
  resultType: 'matrix',
  result: [{metric: {__name__: 'a'}, values: timesMs.map((tMs) => [tMs / 1000, String(tMs)])}],
})

export const startFakePrometheus = async (respond: Respond): Promise<FakePrometheus> => {
  const server: Exporter = await startExporter()
  const asked: AskedQuery[] = []
  let current = respond
  server.answer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    const query: AskedQuery = {
      method: request.method ?? '',
      path: request.url ?? '',
      query: form.get('query') ?? '',
      time: form.get('time'),
      lookback: form.get('lookback_delta'),
      authorization: request.headers.authorization,
    }
    asked.push(query)
    current(query, response)
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    asked,
    answer: (next) => {
      current = next
    },
    close: server.close,
  }
}
