import {UserError} from '../errors.js'
import {loadMetricsConfig, type MetricsConfig} from '../metrics/server/config.js'
import {startMetricsServer} from '../metrics/server/start.js'
import {parseDuration} from '../promql/index.js'
import {parseBytes} from '../scenarios/quantities.js'
import {wallClock} from '../system/clock.js'

/** How `metrics` was asked for, as parsed. */
export interface MetricsFlags {
  config?: string | undefined
  listen: string
  retention: string
  'max-memory': string
  'max-samples'?: number | undefined
  'max-series': number
  'query-timeout': string
  'query-max-samples': number
}

/** How the server says what it has to say. */
export interface MetricsAudience {
  onReady(url: string, config: MetricsConfig): void
  onWarning(message: string): void
}

/** `HOST:PORT`, `[::1]:PORT`, `:PORT` for every address of this machine, or a port alone. */
const addressOf = (listen: string): {host: string; port: number} => {
  const [, six, four = '', colon = '', digits = ''] =
    /^(?:\[([^\]]+)\]|([^:]*?))?(:?)(\d+)$/.exec(listen) ?? []
  const port = Number(digits)
  if (digits === '' || port > 65_535 || ((six ?? four) !== '' && colon === '')) {
    throw new UserError(`--listen ${listen} is no address to listen on`, {
      hint: 'Write HOST:PORT, such as 127.0.0.1:9090; port 0 takes a free one.',
    })
  }
  const host = six ?? four
  return {host: host || (colon === ':' ? '0.0.0.0' : '127.0.0.1'), port}
}

const durationOf = (flag: string, text: string, leastMs: number): number => {
  const lengthMs = parseDuration(text)
  if (lengthMs !== undefined && lengthMs >= leastMs) return lengthMs
  throw new UserError(`--${flag} ${text} is no duration of at least ${leastMs / 1000}s`, {
    hint: 'Write it as 30s, 15m, 6h or 2d.',
  })
}

const leastMemoryBytes = 1e6

const memoryOf = (text: string): number => {
  const bytes = parseBytes(text)
  if (bytes !== undefined && bytes >= leastMemoryBytes) return bytes
  throw new UserError(`--max-memory ${text} is no size of at least 1MB`, {hint: 'Write it as 512MB or 2GB.'})
}

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
}

/** Serves until the signal aborts. Throws UserError for wrong flags or a wrong file, EnvironmentError for a busy port. */
export const serveMetrics = async (
  flags: MetricsFlags,
  signal: AbortSignal,
  {onReady, onWarning}: MetricsAudience,
): Promise<void> => {
  const address = addressOf(flags.listen)
  const retentionMs = durationOf('retention', flags.retention, 10_000)
  const timeoutMs = durationOf('query-timeout', flags['query-timeout'], 1)
  const config =
    flags.config === undefined ? {intervalMs: 60_000, jobs: []} : await loadMetricsConfig(flags.config)
  const server = await startMetricsServer({
    ...address,
    config,
    queryLimits: {timeoutMs, maxSamples: flags['query-max-samples']},
    storeLimits: {
      retentionMs,
      maxBytes: memoryOf(flags['max-memory']),
      maxSamples: flags['max-samples'] ?? Number.POSITIVE_INFINITY,
      maxSeries: flags['max-series'],
    },
    clock: wallClock,
    onWarning,
  })
  try {
    onReady(server.url, config)
    await untilAborted(signal)
  } finally {
    await server.close()
  }
}
