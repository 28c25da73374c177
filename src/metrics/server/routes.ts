import type {IncomingMessage} from 'node:http'
import {BodyTooLarge, readBody} from './body.js'
import type {ServerContext} from './context.js'
import type {Parameters} from './parameters.js'
import {answerExemplars, answerFormatQuery, answerQuery, answerQueryRange} from './query.js'
import {ApiError, plain, type Reply, successOf} from './reply.js'
import {answerLabels, answerLabelValues, answerSeries} from './series.js'
import {
  answerBuildInfo,
  answerMetadata,
  answerRules,
  answerRuntimeInfo,
  answerScrapePools,
  answerTargets,
} from './status.js'
import {answerWrite} from './write.js'

/** One endpoint; `form` takes its parameters from a POSTed form too, `raw` reads the body itself. */
type Route =
  | {kind: 'read' | 'form'; answer(parameters: Parameters, context: ServerContext): Reply}
  | {kind: 'raw'; answer(request: IncomingMessage, context: ServerContext): Promise<Reply>}
  | {kind: 'page'; text: string}

const methods: Record<Route['kind'], string[]> = {
  read: ['GET', 'OPTIONS'],
  form: ['GET', 'OPTIONS', 'POST'],
  raw: ['OPTIONS', 'POST'],
  page: ['GET', 'HEAD', 'OPTIONS'],
}

const front = `This is the metrics server of shakedown. It speaks the HTTP API of Prometheus 3.5:
  /api/v1/query, /api/v1/query_range, /api/v1/series, /api/v1/labels, /api/v1/label/NAME/values,
  /api/v1/format_query, /api/v1/metadata, /api/v1/targets, /api/v1/status/buildinfo, and POST /api/v1/write (remote write 1.0).
There is no web page here: draw with Grafana, or ask with curl.`

/** Rules, alerts and exemplars are never held: that there are none is the truth. */
const routes: Record<string, Route> = {
  '/': {kind: 'page', text: front},
  '/-/healthy': {kind: 'page', text: 'Prometheus Server is Healthy.'},
  '/-/ready': {kind: 'page', text: 'Prometheus Server is Ready.'},
  '/api/v1/query': {kind: 'form', answer: answerQuery},
  '/api/v1/query_range': {kind: 'form', answer: answerQueryRange},
  '/api/v1/query_exemplars': {kind: 'form', answer: answerExemplars},
  '/api/v1/format_query': {kind: 'form', answer: answerFormatQuery},
  '/api/v1/series': {kind: 'form', answer: answerSeries},
  '/api/v1/labels': {kind: 'form', answer: answerLabels},
  '/api/v1/metadata': {kind: 'read', answer: answerMetadata},
  '/api/v1/targets': {kind: 'read', answer: answerTargets},
  '/api/v1/scrape_pools': {kind: 'read', answer: answerScrapePools},
  '/api/v1/rules': {kind: 'read', answer: answerRules},
  '/api/v1/alerts': {kind: 'read', answer: () => successOf({alerts: []})},
  '/api/v1/alertmanagers': {
    kind: 'read',
    answer: () => successOf({activeAlertmanagers: [], droppedAlertmanagers: []}),
  },
  '/api/v1/status/buildinfo': {kind: 'read', answer: () => answerBuildInfo()},
  '/api/v1/status/runtimeinfo': {kind: 'read', answer: (_, context) => answerRuntimeInfo(context)},
  '/api/v1/status/config': {kind: 'read', answer: (_, {configText}) => successOf({yaml: configText})},
  '/api/v1/write': {kind: 'raw', answer: answerWrite},
}

const mostFormBytes = 10 * 1024 * 1024
const notFound = plain(404, '404 page not found')

/** A path that is not valid percent-encoding names nothing. */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const routeOf = (path: string): Route | undefined => {
  if (Object.hasOwn(routes, path)) return routes[path]
  const written = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1]
  if (written === undefined) return undefined
  return {
    kind: 'read',
    answer: (parameters, context) => {
      const name = decoded(written)
      if (name === undefined) throw new ApiError('bad_data', `invalid label name: ${JSON.stringify(written)}`)
      return answerLabelValues(name, parameters, context)
    },
  }
}

const formOf = async (request: IncomingMessage): Promise<string> => {
  if (request.method !== 'POST') return ''
  try {
    return (await readBody(request, mostFormBytes)).toString('utf8')
  } catch (cause) {
    if (!(cause instanceof BodyTooLarge)) throw cause
    throw new ApiError('bad_data', `error parsing form values: ${cause.message}`)
  }
}

/** Answers one request. Throws ApiError for one that is refused. */
export const answer = async (request: IncomingMessage, context: ServerContext): Promise<Reply> => {
  const [path = '/', ...query] = (request.url ?? '/').split('?')
  const route = routeOf(path)
  if (!route) return notFound
  const allowed = methods[route.kind]
  if (request.method === 'OPTIONS') return {status: 204, headers: {}, body: ''}
  if (!allowed.includes(request.method ?? ''))
    return plain(405, 'Method Not Allowed', {allow: allowed.join(', ')})
  if (route.kind === 'page') return plain(200, route.text)
  if (route.kind === 'raw') return await route.answer(request, context)
  const form = route.kind === 'form' ? await formOf(request) : ''
  return route.answer(new URLSearchParams([form, query.join('?')].filter(Boolean).join('&')), context)
}
