import {durationText} from '../../promql/index.js'
import {packageVersion} from '../../system/package-version.js'
import {sortedLabels} from '../answer-json.js'
import type {MetricStore} from '../store.js'
import type {ServerContext} from './context.js'
import type {MetricMetadata} from './metadata.js'
import {countOf, type Parameters} from './parameters.js'
import {invalidParameter, type Reply, successOf} from './reply.js'
import type {JobTarget} from './scrape-jobs.js'

/** The version whose API and language these are, which is what clients want to know, and our own behind the plus. */
export const answerBuildInfo = (): Reply =>
  successOf({
    version: `3.5.0+shakedown.${packageVersion()}`,
    revision: '',
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  })

/** Answers `/api/v1/status/runtimeinfo`, with what has a meaning here. */
export const answerRuntimeInfo = ({store, clock, startedMs, storeLimits}: ServerContext): Reply => {
  const {series, samples, refused, dropped} = store.totals()
  return successOf({
    startTime: new Date(startedMs).toISOString(),
    serverTime: new Date(clock.now()).toISOString(),
    reloadConfigSuccess: true,
    lastConfigTime: new Date(startedMs).toISOString(),
    corruptionCount: 0,
    storageRetention: durationText(storeLimits.retentionMs),
    seriesCount: series,
    sampleCount: samples,
    refusedSamples: refused,
    forgottenSamples: dropped,
  })
}

/** Seconds that the last scrape took; 0 before there was one. */
const lastDuration = (store: MetricStore, labels: Record<string, string>): number => {
  const {samples} = store.series({...labels, __name__: 'scrape_duration_seconds'})
  return samples.between(samples.lastMs - 1, samples.lastMs).v[0] ?? 0
}

const targetJson = ({job, health}: JobTarget, store: MetricStore): object => ({
  discoveredLabels: sortedLabels(health.labels),
  labels: sortedLabels(health.labels),
  scrapePool: job.name,
  scrapeUrl: health.url,
  globalUrl: health.url,
  lastError: health.reason ?? '',
  lastScrape:
    health.scrapedMs === undefined ? '0001-01-01T00:00:00Z' : new Date(health.scrapedMs).toISOString(),
  lastScrapeDuration: lastDuration(store, health.labels),
  health: health.up === undefined ? 'unknown' : health.up ? 'up' : 'down',
  scrapeInterval: durationText(job.intervalMs),
  scrapeTimeout: durationText(job.timeoutMs),
})

/** Answers `/api/v1/targets`: no target is ever dropped here. */
export const answerTargets = (parameters: Parameters, {jobs, store}: ServerContext): Reply => {
  const state = (parameters.get('state') ?? '').toLowerCase()
  const pool = parameters.get('scrapePool') ?? ''
  const wanted = ['', 'any', 'active'].includes(state)
    ? jobs.targets().filter(({job}) => pool === '' || job.name === pool)
    : []
  const activeTargets = wanted.map((target) => targetJson(target, store))
  return successOf({activeTargets, droppedTargets: [], droppedTargetCounts: {}})
}

/** Answers `/api/v1/metadata`. Throws ApiError. */
export const answerMetadata = (parameters: Parameters, {metadata}: ServerContext): Reply => {
  const limit = countOf(parameters, 'limit') ?? -1
  const perMetric = countOf(parameters, 'limit_per_metric') ?? -1
  const wanted = parameters.get('metric') ?? ''
  const found: [string, MetricMetadata[]][] = []
  for (const [name, all] of metadata.all()) {
    if (wanted !== '' && name !== wanted) continue
    if (limit >= 0 && found.length >= limit) break
    found.push([name, perMetric > 0 ? all.slice(0, perMetric) : all])
  }
  return successOf(Object.fromEntries(found))
}

/** Answers `/api/v1/scrape_pools`: the names of the jobs. */
export const answerScrapePools = (_: Parameters, {jobs}: ServerContext): Reply =>
  successOf({scrapePools: [...new Set(jobs.targets().map(({job}) => job.name))].sort()})

/** Answers `/api/v1/rules`: there are none. Throws ApiError. */
export const answerRules = (parameters: Parameters): Reply => {
  const type = parameters.get('type') ?? ''
  if (!['', 'alert', 'record'].includes(type.toLowerCase()))
    throw invalidParameter('type', `not supported value ${JSON.stringify(type)}`)
  return successOf({groups: []})
}
