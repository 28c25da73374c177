import {UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'
import type {RequestSpec} from '../../scenarios/scenario.js'
import type {Json} from '../../system/json.js'
import {compileJson, compileTemplate, type Draw, type Template, type TemplateContext} from './templates.js'

/** What goes over the wire for one request. Headers alternate names and values. */
export interface Outgoing {
  path: string
  headers: string[]
  body: string | null
}

/** A request of the scenario, ready to be written many times. */
export interface CompiledRequest {
  name: string
  weight: number
  /** Scheme, host and port. */
  origin: string
  method: string
  /** Counted from the intended send time. */
  timeoutMs: number
  write(draw: Draw): Outgoing
}

type Lists = TemplateContext['lists']
type Problem = (where: string, message: string) => void

/** Set by the connection itself: one given by hand would contradict it, and every request would fail. */
const ownHeaders = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade']
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const unfitForHeader = /[^\t\x20-\x7e\x80-\xff]/

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

const compilePath = (spec: RequestSpec, base: URL | undefined, lists: Lists, problem: Problem): Template => {
  if (!spec.path.startsWith('/')) problem('path', `"${spec.path}" does not start with "/"`)
  if (/\s/.test(spec.path.replace(/\{\{.*?\}\}/gs, ''))) problem('path', 'holds white space: write %20')
  const prefix = base?.pathname.replace(/\/$/, '') ?? ''
  const context = {lists, adapt: encodeURIComponent, problem: (message: string) => problem('path', message)}
  return compileTemplate(prefix + spec.path, context)
}

const compileHeaders = (spec: RequestSpec, lists: Lists, problem: Problem): ((draw: Draw) => string[]) => {
  const compiled = Object.entries(spec.headers).map(([name, source]) => {
    const complain = (message: string): void => problem(`headers.${name}`, message)
    if (!token.test(name)) complain('is not a valid header name')
    if (ownHeaders.includes(name.toLowerCase())) complain('is set by the engine itself')
    const checked = (text: string): string => {
      if (unfitForHeader.test(text)) complain(`${JSON.stringify(text)} cannot stand in a header`)
      return text
    }
    return {name, value: compileTemplate(source, {lists, adapt: checked, problem: complain}, checked)}
  })
  return (draw) => compiled.flatMap(({name, value}) => [name, value(draw)])
}

const compileBody = (body: Json | undefined, lists: Lists, problem: Problem): Template | undefined => {
  if (body === undefined) return undefined
  const context = {lists, adapt: (text: string) => text, problem: (text: string) => problem('body', text)}
  return typeof body === 'string' ? compileTemplate(body, context) : compileJson(body, context)
}

const compileRequest = (spec: RequestSpec, plan: Plan, problem: Problem): CompiledRequest => {
  const lists = {...plan.target.data, ...plan.scenario.load.data}
  const base = endpointOf(spec, plan, problem)
  if (!token.test(spec.method)) problem('method', `"${spec.method}" is not an HTTP method`)
  const path = compilePath(spec, base, lists, problem)
  const headers = compileHeaders(spec, lists, problem)
  const body = compileBody(spec.body, lists, problem)
  const typed = Object.keys(spec.headers).some((name) => name.toLowerCase() === 'content-type')
  const isJson = body !== undefined && typeof spec.body !== 'string' && !typed
  const extra = isJson ? ['content-type', 'application/json'] : []
  return {
    name: spec.name,
    weight: spec.weight,
    origin: base?.origin ?? '',
    method: spec.method.toUpperCase(),
    timeoutMs: spec.timeoutMs ?? plan.scenario.load.timeoutMs,
    write: (draw) => ({path: path(draw), headers: [...extra, ...headers(draw)], body: body?.(draw) ?? null}),
  }
}

const checkTogether = (requests: readonly CompiledRequest[], problems: string[]): void => {
  const names = requests.map(({name}) => name)
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
    problems.push(`load.requests: two requests are called "${name}"`)
  if (requests.some(({weight}) => !(weight >= 0))) problems.push('load.requests: a weight is below zero')
  else if (!requests.some(({weight}) => weight > 0)) problems.push('load.requests: no request has a weight')
}

/** Compiles the requests of a plan. Throws one UserError that lists every problem and where it stands. */
export const compileRequests = (plan: Plan): CompiledRequest[] => {
  const problems: string[] = []
  const requests = requestsOf(plan.scenario.load).map(({request, where: at}) =>
    compileRequest(request, plan, (where, message) => problems.push(`${at}.${where}: ${message}`)),
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
