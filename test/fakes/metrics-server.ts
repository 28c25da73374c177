import type {MetricsConfig} from '../../src/metrics/server/config.js'
import {
  type MetricsServer,
  type MetricsServerOptions,
  startMetricsServer,
} from '../../src/metrics/server/start.js'
import {wallClock} from '../../src/system/clock.js'

const hour = 3_600_000

/** A metrics server on a free port, that fails the test which makes it warn. */
export const startTestServer = (
  options: Partial<MetricsServerOptions> = {},
  config: MetricsConfig = {intervalMs: 60_000, jobs: []},
): Promise<MetricsServer> =>
  startMetricsServer({
    host: '127.0.0.1',
    port: 0,
    config,
    queryLimits: {timeoutMs: 20_000, maxSamples: 5_000_000},
    storeLimits: {retentionMs: hour, maxBytes: 64e6, maxSamples: 1_000_000, maxSeries: 10_000},
    clock: wallClock,
    onWarning: (message) => {
      throw new Error(`the server warned: ${message}`)
    },
    ...options,
  })
