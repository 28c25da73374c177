/** One cookie as a server has set it. */
interface Cookie {
  name: string
  value: string
  path: string
  /** Milliseconds since the start of the run; infinite for one without an end. */
  endsAtMs: number
  secure: boolean
}

/** The cookies of one user of one site. Domains are not looked at: each endpoint has a jar of its own. */
export interface CookieJar {
  /** Takes what an answer to this path sets. */
  set(headers: readonly string[], path: string, nowMs: number): void
  /** The `cookie` header of a request to this path; nothing when there is none to send. */
  header(path: string, secure: boolean, nowMs: number): string | undefined
}

/** The part of a path up to its last slash, without query: what a cookie without a path is for (RFC 6265, 5.1.4). */
const defaultPath = (path: string): string => {
  const [way = '/'] = path.split('?')
  const last = way.lastIndexOf('/')
  return last <= 0 ? '/' : way.slice(0, last)
}

/** RFC 6265, section 5.1.4. */
const pathMatches = (asked: string, own: string): boolean => {
  const [way = '/'] = asked.split('?')
  return way === own || (way.startsWith(own) && (own.endsWith('/') || way.charAt(own.length) === '/'))
}

const attributesOf = (parts: readonly string[]): Map<string, string> =>
  new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.trim().toLowerCase(), value.join('=').trim()]
    }),
  )

/** `max-age` wins over `expires`; a date is taken as so long from the server's now, which is ours. */
const endOf = (attributes: Map<string, string>, nowMs: number, epochMs: () => number): number => {
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return nowMs + Number(maxAge) * 1000
  const expires = Date.parse(attributes.get('expires') ?? '')
  return Number.isNaN(expires) ? Number.POSITIVE_INFINITY : nowMs + expires - epochMs()
}

const parse = (header: string, path: string, nowMs: number, epochMs: () => number): Cookie | undefined => {
  const [pair = '', ...rest] = header.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals).trim()
  if (equals < 0 || name === '') return undefined
  const attributes = attributesOf(rest)
  const own = attributes.get('path')
  return {
    name,
    value: pair.slice(equals + 1).trim(),
    path: own?.startsWith('/') ? own : defaultPath(path),
    endsAtMs: endOf(attributes, nowMs, epochMs),
    secure: attributes.has('secure'),
  }
}

/**
 * An empty jar. Of each cookie it keeps name, value, path, end and `secure`; other attributes protect browsers.
 *
 * Source: RFC 6265, section 5.
 */
export const createJar = (epochMs: () => number): CookieJar => {
  const cookies = new Map<string, Cookie>()
  return {
    set: (headers, path, nowMs) => {
      for (const header of headers) {
        const cookie = parse(header, path, nowMs, epochMs)
        if (cookie === undefined) continue
        const key = `${cookie.path} ${cookie.name}`
        // Set again, it keeps its place; one that has ended is how a server takes it back.
        if (cookie.endsAtMs <= nowMs) cookies.delete(key)
        else cookies.set(key, cookie)
      }
    },
    header: (path, secure, nowMs) => {
      const sent = [...cookies.values()]
        .filter((cookie) => cookie.endsAtMs > nowMs && (secure || !cookie.secure))
        .filter((cookie) => pathMatches(path, cookie.path))
        // Longer paths first (RFC 6265, 5.4); the sort is stable, so earlier ones stay first.
        .sort((a, b) => b.path.length - a.path.length)
      return sent.length === 0 ? undefined : sent.map(({name, value}) => `${name}=${value}`).join('; ')
    },
  }
}

/** The cookies of one user, who waits for each answer before he goes on. */
export interface CookieSession {
  /** The `cookie` header of the next request; nothing when there is none to send. */
  headerFor(origin: string, path: string): string | undefined
  /** The answer to that request set these. */
  answered(setCookie: string | string[] | undefined, nowMs: number): void
}

/** Jars of one user, one for each origin: what one endpoint sets is not sent to another. */
export const createCookieSession = ({
  startAtMs,
  now,
}: {
  startAtMs: number
  now: () => number
}): CookieSession => {
  const jars = new Map<string, CookieJar>()
  let asked = {origin: '', path: '/'}
  return {
    headerFor: (origin, path) => {
      asked = {origin, path}
      return jars.get(origin)?.header(path, origin.startsWith('https:'), now())
    },
    answered: (setCookie, nowMs) => {
      if (setCookie === undefined) return
      const jar = jars.get(asked.origin) ?? createJar(() => startAtMs + now())
      jars.set(asked.origin, jar)
      jar.set([setCookie].flat(), asked.path, nowMs)
    },
  }
}
