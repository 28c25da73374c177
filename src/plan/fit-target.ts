import {requestsOf} from '../scenarios/load-requests.js'
import type {RequestSpec, Scenario} from '../scenarios/scenario.js'
import {orKnown} from '../scenarios/suggest.js'
import type {Target} from '../scenarios/target.js'
import {callsIn, listAndField, textsIn} from '../scenarios/template-text.js'
import type {Json} from '../system/json.js'

type Lists = Parameters<typeof listAndField>[1]

/** The lists that a request draws from: `users` of `{{pick users.email}}`. */
const listsIn = (request: RequestSpec, lists: Lists): string[] =>
  [request.path, ...Object.values(request.headers), ...textsIn(request.body)]
    .flatMap(callsIn)
    .filter(({name}) => name === 'pick' || name === 'next')
    .flatMap(({args: [argument]}) => (argument === undefined ? [] : listAndField(argument, lists).list))

const requestProblems = (scenario: Scenario, target: Target): string[] => {
  const endpoints = Object.keys(target.endpoints)
  const all = {...target.data, ...scenario.load.data}
  const lists = Object.keys(all)
  return requestsOf(scenario.load).flatMap(({request, where}) => {
    const {endpoint} = request
    const missing = [...new Set(listsIn(request, all))].filter((name) => !lists.includes(name))
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

const guardProblems = ({worldGuards = []}: Scenario, {control, kubernetes, name}: Target): string[] =>
  control === undefined && kubernetes === undefined
    ? worldGuards.map(
        (guard) =>
          `guards: "${guard.name}" looks at replicas, and target ${name} has neither a control API nor a cluster that tells of them: use stop-when on \`up\` or process_start_time_seconds`,
      )
    : []

/** What the scenario names and the target does not have, one sentence each. */
export const misfits = (scenario: Scenario, target: Target): string[] => [
  ...requestProblems(scenario, target),
  ...edgeProblems(scenario, target),
  ...guardProblems(scenario, target),
]
