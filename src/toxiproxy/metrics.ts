import type {Direction} from './toxic.js'

/** Bytes of one direction of a proxy: taken from the source, and handed to the destination. */
export interface ByteCounters {
  received: number
  sent: number
}

/** What an `http` toxic has met: requests at all, those of its route, those answered here, those delayed. */
export interface RequestCounters {
  seen: number
  matched: number
  answered: number
  delayed: number
}

/** What one toxic of a proxy has met so far. */
export interface ToxicCounters {
  chunks: number
  bytes: number
  /** Only where a toxic looks at requests. */
  requests?: RequestCounters
  /** Links on which the roll of the dice took this toxic. */
  connections: number
}

type Labels = Record<string, string>

interface Sample {
  labels: Labels
  value: number
}

/** One metric with all of its samples. */
export interface Family {
  name: string
  type: 'counter' | 'gauge'
  help: string
  samples: Sample[]
}

/** The counters of one proxy. They move while data flows, not only when a connection ends, and outlive its toxics. */
export class ProxyMetrics {
  readonly #bytes = new Map<string, {labels: Labels; counters: ByteCounters}>()
  readonly #toxics = new Map<string, ToxicCounters>()
  activeConnections = 0
  connections = 0

  bytes(direction: Direction, listener: string, upstream: string): ByteCounters {
    const key = `${direction} ${listener} ${upstream}`
    const known = this.#bytes.get(key)
    if (known) return known.counters
    const counters = {received: 0, sent: 0}
    this.#bytes.set(key, {labels: {direction, listener, upstream}, counters})
    return counters
  }

  toxic(name: string): ToxicCounters {
    const counters = this.#toxics.get(name) ?? {chunks: 0, bytes: 0, connections: 0}
    this.#toxics.set(name, counters)
    return counters
  }

  /** The families of one proxy; the caller puts those of all proxies together. */
  families(proxy: string): Family[] {
    const links = [...this.#bytes.values()]
    const toxics = [...this.#toxics]
    const ofLinks = (pick: keyof ByteCounters): Sample[] =>
      links.map(({labels: {direction = '', listener = '', upstream = ''}, counters}) => ({
        labels: {direction, listener, proxy, upstream},
        value: counters[pick],
      }))
    const ofToxics = (pick: 'chunks' | 'bytes' | 'connections'): Sample[] =>
      toxics.map(([toxic, counters]) => ({labels: {proxy, toxic}, value: counters[pick]}))
    const ofRequests = (pick: keyof RequestCounters): Sample[] =>
      toxics.flatMap(([toxic, {requests}]) =>
        requests ? [{labels: {proxy, toxic}, value: requests[pick]}] : [],
      )
    const ofProxy = (value: number): Sample[] => [{labels: {proxy}, value}]
    return [
      counter('toxiproxy_proxy_received_bytes_total', 'Bytes received on a link.', ofLinks('received')),
      counter('toxiproxy_proxy_sent_bytes_total', 'Bytes sent on a link.', ofLinks('sent')),
      counter('shakedown_proxy_connections_total', 'Connections accepted.', ofProxy(this.connections)),
      counter('shakedown_toxic_chunks_total', 'Chunks of data that met a toxic.', ofToxics('chunks')),
      counter('shakedown_toxic_bytes_total', 'Bytes that met a toxic.', ofToxics('bytes')),
      counter('shakedown_toxic_connections_total', 'Links that a toxic took.', ofToxics('connections')),
      counter('shakedown_toxic_requests_total', 'Requests that met an http toxic.', ofRequests('seen')),
      counter('shakedown_toxic_requests_matched_total', 'Requests of its route.', ofRequests('matched')),
      counter('shakedown_toxic_requests_answered_total', 'Requests it answered.', ofRequests('answered')),
      counter('shakedown_toxic_requests_delayed_total', 'Requests it delayed.', ofRequests('delayed')),
      {
        name: 'shakedown_proxy_active_connections',
        type: 'gauge',
        help: 'Connections open now.',
        samples: ofProxy(this.activeConnections),
      },
    ]
  }
}

const counter = (name: string, help: string, samples: Sample[]): Family => ({
  name,
  type: 'counter',
  help,
  samples,
})

const escapes: Record<string, string> = {'\\': '\\\\', '"': '\\"', '\n': '\\n'}
const escapeLabel = (value: string): string => value.replace(/[\\"\n]/g, (found) => escapes[found] ?? found)

const line = (name: string, {labels, value}: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}{${pairs.join(',')}} ${value}\n`
}

/** Prometheus text format 0.0.4; families of the same name become one. */
export const exposition = (families: readonly Family[]): string => {
  const byName = new Map<string, Family>()
  for (const family of families) {
    const known = byName.get(family.name)
    if (known) known.samples.push(...family.samples)
    else byName.set(family.name, {...family, samples: [...family.samples]})
  }
  return [...byName.values()]
    .filter(({samples}) => samples.length > 0)
    .map(
      ({name, type, help, samples}) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => line(name, sample)).join('')}`,
    )
    .join('')
}
