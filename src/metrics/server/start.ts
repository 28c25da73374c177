import {stringify} from 'yaml'
import {EnvironmentError, messageOf} from '../../errors.js'
import {durationText} from '../../promql/index.js'
import type {Clock} from '../../system/clock.js'
import {MetricStore} from '../store.js'
import type {MetricsConfig} from './config.js'
import type {QueryLimits, ServerContext, StoreLimits} from './context.js'
import {startHttp} from './http.js'
import {metadataBook} from './metadata.js'
import {startScrapeJobs} from './scrape-jobs.js'

export interface MetricsServerOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  config: MetricsConfig
  queryLimits: QueryLimits
  storeLimits: StoreLimits
  clock: Clock
  /** Told once for each limit that is met, and of every bug. */
  onWarning(message: string): void
}

export interface MetricsServer {
  url: string
  port: number
  /** Ends scraping and answering; resolves when nothing is in flight and the port is free again. Works twice. */
  close(): Promise<void>
}

const configText = ({intervalMs, jobs}: MetricsConfig): string =>
  stringify({
    global: {scrape_interval: durationText(intervalMs)},
    ...(jobs.length > 0 && {
      scrape_configs: jobs.map(({name, intervalMs: everyMs, timeoutMs, targets}) => ({
        job_name: name,
        scrape_interval: durationText(everyMs),
        scrape_timeout: durationText(timeoutMs),
        static_configs: targets.map(({url, labels}) => ({targets: [url], labels})),
      })),
    }),
  })

/** Forgets what is older than the retention, often enough that no sample stays a tenth longer. */
const startForgetting = (store: MetricStore, retentionMs: number, clock: Clock): NodeJS.Timeout =>
  setInterval(
    () => store.forgetUntil(clock.now() - retentionMs),
    Math.min(60_000, Math.max(100, retentionMs / 10)),
  )

const cannotListen = ({host, port}: MetricsServerOptions, cause: unknown): EnvironmentError =>
  new EnvironmentError(`The metrics server cannot listen on ${host}:${port}: ${messageOf(cause)}`, {
    hint: 'Choose another address with --listen HOST:PORT; port 0 takes a free one.',
    cause,
  })

/** Starts a store, its scraper and Prometheus's HTTP API over it. Throws EnvironmentError when the port cannot be had. */
export const startMetricsServer = async (options: MetricsServerOptions): Promise<MetricsServer> => {
  const {config, queryLimits, storeLimits, clock, onWarning} = options
  const {retentionMs, ...limits} = storeLimits
  const store = new MetricStore({...limits, onWarning})
  const metadata = metadataBook()
  // A scrape is begun only when its time has come, so nothing is lost when the port cannot be had.
  const jobs = startScrapeJobs(config.jobs, {store, clock, metadata})
  const context: ServerContext = {
    store,
    clock,
    jobs,
    metadata,
    queryLimits,
    storeLimits,
    configText: configText(config),
    startedMs: clock.now(),
  }
  const {host, port} = options
  const http = await startHttp({host, port, context, onError: onWarning}).catch(async (cause: unknown) => {
    await jobs.close()
    throw cannotListen(options, cause)
  })
  const forgetting = startForgetting(store, retentionMs, clock)
  return {
    url: http.url,
    port: http.port,
    close: async () => {
      clearInterval(forgetting)
      await http.close()
      await jobs.close()
    },
  }
}
