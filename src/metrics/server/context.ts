import type {Clock} from '../../system/clock.js'
import type {MetricStore} from '../store.js'
import type {MetadataBook} from './metadata.js'
import type {ScrapeJobs} from './scrape-jobs.js'

/** What one query may take. */
export interface QueryLimits {
  /** Longest evaluation; a request may ask for less. */
  timeoutMs: number
  /** Most samples that one query may hold, those read and those of results on the way together. */
  maxSamples: number
}

/** What the server holds against samples that come or stay. */
export interface StoreLimits {
  /** How long a sample is kept at least, and at most some seconds more. */
  retentionMs: number
  /** Memory for samples; see `StoreOptions`. */
  maxBytes: number
  maxSamples: number
  maxSeries: number
}

/** Everything that requests are answered from. */
export interface ServerContext {
  store: MetricStore
  clock: Clock
  jobs: ScrapeJobs
  metadata: MetadataBook
  queryLimits: QueryLimits
  storeLimits: StoreLimits
  /** The configuration in force, as YAML. */
  configText: string
  /** Epoch ms. */
  startedMs: number
}
