import {UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {type PlacedRequest, requestsOf} from '../../scenarios/load-requests.js'
import type {RequestSpec} from '../../scenarios/scenario.js'
import {compileExpect, type Expected} from './expect.js'
import type {Share} from './messages.js'
import {compileWrite, type Problem, replayWrite, token, type Write} from './outgoing.js'
import {countRows} from './templates.js'

/** A request of the scenario, ready to be written many times. */
export interface CompiledRequest {
  name: string
  weight: number
  /** Scheme, host and port. */
  origin: string
  method: string
  /** Counted from the intended send time. */
  timeoutMs: number
  /** Whether a status is one that it expects; absent where it states nothing. */
  expected?: Expected
  write: Write
}

const endpointOf = (spec: RequestSpec, plan: Plan, problem: Problem): URL | undefined => {
  const {endpoints} = plan.target
  const name = spec.endpoint ?? Object.keys(endpoints)[0]
  if (name === undefined || !Object.hasOwn(endpoints, name)) {
    const known = Object.keys(endpoints).join(', ') || 'none'
    problem('endpoint', `target "${plan.target.name}" has no endpoint "${name ?? ''}" (endpoints: ${known})`)
    return undefined
  }
  const base = endpoints[name] ?? ''
  const url = URL.canParse(base) ? new URL(base) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  problem('endpoint', `"${base}" is not an http or https URL`)
  return undefined
}

const compileRequest = (
  {request: spec, where, values}: PlacedRequest,
  plan: Plan,
  nextRow: (list: string) => number,
  problem: Problem,
): CompiledRequest => {
  const scope = {lists: {...plan.target.data, ...plan.scenario.load.data}, values, nextRow}
  const base = endpointOf(spec, plan, problem)
  if (!token.test(spec.method)) problem('method', `"${spec.method}" is not an HTTP method`)
  const expected = compileExpect(spec.expect)
  return {
    name: spec.name,
    weight: spec.weight,
    origin: base?.origin ?? '',
    method: spec.method.toUpperCase(),
    timeoutMs: spec.timeoutMs ?? plan.scenario.load.timeoutMs,
    ...(expected && {expected}),
    write: where === 'load.replay' ? replayWrite(base) : compileWrite(spec, base, scope, problem),
  }
}

const checkTogether = (requests: readonly CompiledRequest[], problems: string[]): void => {
  const names = requests.map(({name}) => name)
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
    problems.push(`load.requests: two requests are called "${name}"`)
  if (requests.some(({weight}) => !(weight >= 0))) problems.push('load.requests: a weight is below zero')
  else if (!requests.some(({weight}) => weight > 0)) problems.push('load.requests: no request has a weight')
}

/** Compiles the requests of a plan for one of the threads that share it. Throws one UserError that lists every problem and where it stands. */
export const compileRequests = (plan: Plan, share: Share = {index: 0, of: 1}): CompiledRequest[] => {
  const problems: string[] = []
  const nextRow = countRows(share.index, share.of)
  const requests = requestsOf(plan.scenario.load).map((placed) =>
    compileRequest(placed, plan, nextRow, (where, message) =>
      problems.push(`${placed.where}.${where}: ${message}`),
    ),
  )
  checkTogether(requests, problems)
  if (problems.length > 0)
    throw new UserError(
      `Scenario "${plan.scenario.name}": its requests cannot be sent\n${problems.join('\n')}`,
      {
        hint: 'Lists for {{pick NAME}} stand under load.data or in the target file; endpoints in the target file.',
      },
    )
  return requests
}
