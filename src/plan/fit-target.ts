import {requestsOf} from '../scenarios/load-requests.js'
import type {RequestSpec, Scenario} from '../scenarios/scenario.js'
import {orKnown} from '../scenarios/suggest.js'
import type {Target} from '../scenarios/target.js'
import type {Json} from '../system/json.js'

/** Every text in a JSON value, keys of mappings excepted: templates stand in values. */
const textsIn = (value: Json | undefined): string[] => {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** Names of the lists that `{{pick NAME}}` asks for. */
const listsIn = (request: RequestSpec): string[] =>
  [request.path, ...Object.values(request.headers), ...textsIn(request.body)]
    .flatMap((text) => [...text.matchAll(/\{\{\s*pick\s+(\S+?)\s*\}\}/g)])
    .flatMap(([, name]) => name ?? [])

const requestProblems = (scenario: Scenario, target: Target): string[] => {
  const endpoints = Object.keys(target.endpoints)
  const lists = Object.keys({...target.data, ...scenario.load.data})
  return requestsOf(scenario.load).flatMap(({request, where}) => {
    const {endpoint} = request
    const missing = [...new Set(listsIn(request))].filter((name) => !lists.includes(name))
    return [
      ...(endpoint === undefined || endpoints.includes(endpoint)
        ? []
        : [`${where}.endpoint: there is no endpoint "${endpoint}"${orKnown(endpoint, endpoints)}`]),
      ...missing.map((name) => `${where}: there is no list "${name}" to pick from${orKnown(name, lists)}`),
    ]
  })
}

const edgeOf = (options: Json): string | undefined => {
  const edge =
    typeof options === 'object' && options !== null && 'edge' in options ? options['edge'] : undefined
  return typeof edge === 'string' ? edge : undefined
}

const edgeProblems = (scenario: Scenario, target: Target): string[] => {
  const edges = Object.keys(target.edges)
  return scenario.faults.flatMap(({options, path}) => {
    const edge = edgeOf(options)
    if (edge === undefined || edges.includes(edge)) return []
    return [`${path}.edge: there is no edge "${edge}"${orKnown(edge, edges)}`]
  })
}

/** What the scenario names and the target does not have, one sentence each. */
export const misfits = (scenario: Scenario, target: Target): string[] => [
  ...requestProblems(scenario, target),
  ...edgeProblems(scenario, target),
]
