import type {ReplayEntry, RequestSpec} from '../../scenarios/scenario.js'
import {leadingValue, textsIn} from '../../scenarios/template-text.js'
import type {Json} from '../../system/json.js'
import {
  compileJson,
  compileTemplate,
  type Draw,
  type Template,
  type TemplateContext,
  UnfitValue,
} from './templates.js'

/** What goes over the wire for one request. Headers alternate names and values. */
export interface Outgoing {
  path: string
  headers: string[]
  body: string | Buffer | null
  /** Set by HTTP/1.1 to what it writes before the body, and kept where the request is the same each time. */
  head?: string
}

/** Writes a request anew for each draw. Throws UnfitValue when a value of an answer does not fit where it is to stand. */
export type Write = (draw: Draw) => Outgoing

/** What templates may name, the same in all places of a request. */
export type Scope = Pick<TemplateContext, 'lists' | 'values' | 'nextRow'>
/** Told what is wrong with a request, and in which part of it. */
export type Problem = (where: string, message: string) => void

/** Set by the connection itself: one given by hand would contradict it, and every request would fail. */
const ownHeaders = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade']
/** A name that HTTP allows for a method or a header. */
export const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const unfitForHeader = /[^\t\x20-\x7e\x80-\xff]/

/** What a server says is a way on it, also as a whole address: `/orders/7`. */
const wayOf = (value: string): string => {
  const url = /^https?:\/\//.test(value) && URL.canParse(value) ? new URL(value) : undefined
  const way = url ? url.pathname + url.search : value
  if (/^\/[\x21-\x7e]*$/.test(way)) return way
  throw new UnfitValue(`${JSON.stringify(value)} is no path`)
}

const compilePath = (spec: RequestSpec, base: URL | undefined, scope: Scope, problem: Problem): Template => {
  const leading = leadingValue(spec.path, scope)
  if (!spec.path.startsWith('/') && !leading) problem('path', `"${spec.path}" does not start with "/"`)
  if (/\s/.test(spec.path.replace(/\{\{.*?\}\}/gs, ''))) problem('path', 'holds white space: write %20')
  const prefix = base?.pathname.replace(/\/$/, '') ?? ''
  const context = {
    ...scope,
    adapt: encodeURIComponent,
    problem: (message: string) => problem('path', message),
  }
  if (leading === undefined) return compileTemplate(prefix + spec.path, context)
  const rest = compileTemplate(leading.rest, context)
  return (draw) => wayOf(draw.values?.[leading.name] ?? '') + rest(draw)
}

const compileHeaders = (spec: RequestSpec, scope: Scope, problem: Problem): ((draw: Draw) => string[]) => {
  const compiled = Object.entries(spec.headers).map(([name, source]) => {
    const complain = (message: string): void => problem(`headers.${name}`, message)
    if (!token.test(name)) complain('is not a valid header name')
    if (ownHeaders.includes(name.toLowerCase())) complain('is set by the engine itself')
    let compiling = true
    const checked = (text: string): string => {
      if (!unfitForHeader.test(text)) return text
      const message = `${JSON.stringify(text)} cannot stand in a header`
      if (!compiling) throw new UnfitValue(message)
      complain(message)
      return text
    }
    const value = compileTemplate(source, {...scope, adapt: checked, problem: complain}, checked)
    // From here on what is checked are values of answers, which nobody can correct in the scenario.
    compiling = false
    return {name, value}
  })
  return (draw) => compiled.flatMap(({name, value}) => [name, value(draw)])
}

type Body = (draw: Draw) => string | Buffer

const compileBody = ({body, bodyBase64}: RequestSpec, scope: Scope, problem: Problem): Body | undefined => {
  if (bodyBase64 !== undefined) {
    const bytes = Buffer.from(bodyBase64, 'base64')
    return () => bytes
  }
  if (body === undefined) return undefined
  const context = {...scope, adapt: (text: string) => text, problem: (text: string) => problem('body', text)}
  return typeof body === 'string' ? compileTemplate(body, context) : compileJson(body, context)
}

const isTyped = (headers: Record<string, string>): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')

/** What JSON is sent as, unless the request says it itself. */
const jsonType = (body: Json | undefined, headers: Record<string, string>): string[] =>
  body !== undefined && typeof body !== 'string' && !isTyped(headers)
    ? ['content-type', 'application/json']
    : []

/** Cookies that a request has by itself stay, and come first. */
const withCookies = (headers: string[], cookies: string | undefined): string[] => {
  if (cookies === undefined) return headers
  const own = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === 'cookie')
  if (own < 0) return [...headers, 'cookie', cookies]
  return headers.map((text, index) => (index === own + 1 ? `${text}; ${cookies}` : text))
}

const hasTemplates = ({path, headers, body}: RequestSpec): boolean =>
  [path, ...Object.values(headers), ...textsIn(body)].some((text) => text.includes('{{'))

/** Compiles what a request of the scenario sends. */
export const compileWrite = (
  spec: RequestSpec,
  base: URL | undefined,
  scope: Scope,
  problem: Problem,
): Write => {
  const path = compilePath(spec, base, scope, problem)
  const headers = compileHeaders(spec, scope, problem)
  const body = compileBody(spec, scope, problem)
  const extra = jsonType(spec.body, spec.headers)
  const written = (draw: Draw): Outgoing => {
    const sentTo = path(draw)
    const cookies = draw.cookies?.headerFor(base?.origin ?? '', sentTo)
    return {
      path: sentTo,
      headers: withCookies([...extra, ...headers(draw)], cookies),
      body: body?.(draw) ?? null,
    }
  }
  if (hasTemplates(spec)) return written
  let same: Outgoing | undefined
  return (draw) => {
    if (draw.cookies !== undefined) return written(draw)
    same ??= written(draw)
    return same
  }
}

/** A log's requests are sent as they are: what looks like a template in one is none. */
export const replayWrite = (base: URL | undefined): Write => {
  const prefix = base?.pathname.replace(/\/$/, '') ?? ''
  const written = ({path, headers = {}, body}: ReplayEntry): Outgoing => ({
    path: prefix + path,
    headers: [...jsonType(body, headers), ...Object.entries(headers).flat()],
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  })
  return ({entry}) => (entry === undefined ? {path: prefix || '/', headers: [], body: null} : written(entry))
}
