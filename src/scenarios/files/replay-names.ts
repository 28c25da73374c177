import type {LoggedRequest} from './logged-request.js'

/** Further names are counted together as `GET other`: a report with a line for each path would be no report. */
const mostNames = 40

const isId = (segment: string): boolean =>
  /^\d+$/.test(segment) ||
  /^[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}$/.test(segment) ||
  (/^[0-9a-zA-Z_-]{12,}$/.test(segment) && /\d/.test(segment))

/** `GET /orders/:id` of `GET /orders/17?full=1`. */
const nameOf = ({method, path}: Pick<LoggedRequest, 'method' | 'path'>): string => {
  const [way = ''] = path.split('?')
  const shape = way.split('/').map((segment) => (isId(segment) ? ':id' : segment))
  return `${method} ${shape.join('/')}`
}

/** What each request is counted under: its method and path without query and ids; the rarest together. */
export const nameEntries = (requests: readonly Pick<LoggedRequest, 'method' | 'path'>[]): string[] => {
  const names = requests.map(nameOf)
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  if (counts.size <= mostNames) return names
  const kept = new Set(
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, mostNames)
      .map(([name]) => name),
  )
  return names.map((name) => (kept.has(name) ? name : name.replace(/ .*/, ' other')))
}
