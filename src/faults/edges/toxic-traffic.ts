import type {ToxiproxyClient} from '../../clients/toxiproxy.js'

/** What the proxies of an edge have counted so far, all together. */
export interface EdgeTraffic {
  [name: string]: number
  /** Chunks of data that met the toxic. */
  chunks: number
  /** Their bytes. */
  touched: number
  /** Connections that the toxic took; one that is rolled again and taken again counts twice. */
  hit: number
  /** Bytes that came in for the toxic's direction. */
  bytes: number
  /** Connections ever opened. */
  opened: number
  /** Connections open now. */
  active: number
}

/** Whose traffic is read. */
export interface TrafficOf {
  proxies: string[]
  toxic: string
  direction: string
}

/** One line of the metrics. */
interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

const lines = /^(\w+)\{(.*)\} (\S+)$/gm
const labelPairs = /(\w+)="((?:[^"\\]|\\.)*)"/g

/** The samples in Prometheus text. */
export const samplesIn = function* (text: string): Generator<Sample> {
  for (const [, name = '', labels = '', value] of text.matchAll(lines)) {
    const pairs = [...labels.matchAll(labelPairs)].map(([, label = '', quoted = '']) => [
      label,
      quoted.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    ])
    yield {name, labels: Object.fromEntries(pairs), value: Number(value)}
  }
}

/** Which number a sample adds to; the toxic's own labels matter only where it has them. */
const numberOf: Record<string, (labels: Sample['labels'], of: TrafficOf) => string | undefined> = {
  shakedown_toxic_chunks_total: ({toxic}, of) => (toxic === of.toxic ? 'chunks' : undefined),
  shakedown_toxic_bytes_total: ({toxic}, of) => (toxic === of.toxic ? 'touched' : undefined),
  shakedown_toxic_connections_total: ({toxic}, of) => (toxic === of.toxic ? 'hit' : undefined),
  toxiproxy_proxy_received_bytes_total: ({direction}, of) =>
    direction === of.direction ? 'bytes' : undefined,
  shakedown_proxy_connections_total: () => 'opened',
  shakedown_proxy_active_connections: () => 'active',
}

/**
 * Reads the live metrics of the proxies. Undefined when the server has none: only ours counts what a toxic touches, and
 * while the connections are open.
 */
export const edgeTraffic = async (
  client: ToxiproxyClient,
  of: TrafficOf,
): Promise<EdgeTraffic | undefined> => {
  const text = await client.metrics()
  if (!text?.includes('shakedown_proxy_connections_total')) return undefined
  const traffic: EdgeTraffic = {chunks: 0, touched: 0, hit: 0, bytes: 0, opened: 0, active: 0}
  for (const {name, labels, value} of samplesIn(text)) {
    const number = of.proxies.includes(labels['proxy'] ?? '') ? numberOf[name]?.(labels, of) : undefined
    if (number !== undefined) traffic[number] = (traffic[number] ?? 0) + value
  }
  return traffic
}

/** What grew from one reading to the next; `active` is what it is. */
export const growth = (from: EdgeTraffic, to: EdgeTraffic): EdgeTraffic => ({
  chunks: to.chunks - from.chunks,
  touched: to.touched - from.touched,
  hit: to.hit - from.hit,
  bytes: to.bytes - from.bytes,
  opened: to.opened - from.opened,
  active: to.active,
})
