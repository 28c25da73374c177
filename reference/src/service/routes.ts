import type {Trace} from './trace.js'

export interface ShopRequest {
  /** Values of the `:names` in the route's path. */
  params: Record<string, string>
  /** The JSON body; `undefined` without one. */
  body: unknown
  idempotencyKey: string | undefined
  trace: Trace
}

export interface Answer {
  status: number
  body?: unknown
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE'
  /** `/products/:sku`; also the metric label. */
  path: string
  answer(request: ShopRequest): Promise<Answer>
}

/** The request cannot be done, and that is not the fault of any service: answered with its 4xx status. */
export class Declined extends Error {
  override readonly name = 'Declined'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface Match {
  route: Route
  params: Record<string, string>
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const matchPath = (template: string[], path: string[]): Record<string, string> | undefined => {
  if (template.length !== path.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const given = decode(path[index] ?? '')
    if (given === undefined) return undefined
    if (part.startsWith(':') && given !== '') params[part.slice(1)] = given
    else if (part !== given) return undefined
  }
  return params
}

/** Finds the route of a method and a raw URL. */
export const createRouter = (
  routes: readonly Route[],
): ((method: string, url: string) => Match | undefined) => {
  const table = routes.map((route) => ({route, template: route.path.split('/')}))
  return (method, url) => {
    const path = url.split('?', 1)[0]?.split('/') ?? []
    for (const {route, template} of table) {
      const params = route.method === method ? matchPath(template, path) : undefined
      if (params) return {route, params}
    }
    return undefined
  }
}
