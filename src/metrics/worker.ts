import {parentPort, workerData} from 'node:worker_threads'
import {EnvironmentError, UserError} from '../errors.js'
import {RuleEvaluation} from '../promql/index.js'
import {systemClock} from '../system/clock.js'
import type {Answered, ErrorMessage, Reply, Request, WorkerOptions} from './messages.js'
import {endsAfter} from './query-time.js'
import {startScraper} from './scraper.js'
import {MetricStore} from './store.js'
import {queryStore, samplesOfStore, withFailures} from './store-query.js'

// The metrics thread: scrapes, stores and answers PromQL, so that the main thread stays free to keep time.

// Only `startEmbeddedSource` starts this file, with these options.
const {targets, intervalMs, maxSamples, rules} = workerData as WorkerOptions
const send = (reply: Reply): void => parentPort?.postMessage(reply)

const store = new MetricStore({
  ...(maxSamples !== undefined && {maxSamples}),
  onWarning: (message) => send({kind: 'warning', message}),
})
// All threads of a process count from the same origin of time, so samples and phases share one clock.
const scraper = startScraper({targets, intervalMs, store, clock: systemClock})

/** Held as plain numbers, some 40 bytes a sample: an hour of what 250 series record each second. */
const mostRecorded = 1_000_000

const evaluation = new RuleEvaluation(rules, store, {
  startMs: systemClock.now(),
  sampleIntervalMs: intervalMs,
  maxSamples: mostRecorded,
})

/** Nothing is scraped while a query is evaluated; and it ends before who asked gives up. */
const queryLimitMs = 20_000

/** Without rules the lookback is that of Prometheus. */
const query = (expression: string, atMs: number): Answered<'query'> => {
  const spend = endsAfter(queryLimitMs, systemClock)
  if (rules.length === 0) return queryStore(store, expression, atMs, {spend})
  evaluation.advance(atMs)
  const {lookbackMs, storage, forgottenUntilMs} = evaluation
  const found = queryStore(store, expression, atMs, {lookbackMs, storage, forgottenUntilMs, spend})
  return withFailures(found, evaluation, atMs)
}

const answer = async (request: Request): Promise<Answered> => {
  switch (request.operation) {
    case 'query':
      return query(request.asked.expression, request.asked.atMs)
    case 'samples':
      return samplesOfStore(store, request.asked.selector, request.asked.fromMs, request.asked.toMs)
    case 'all':
      return samplesOfStore(store, undefined, request.asked.fromMs, request.asked.toMs)
    case 'append':
      for (const {labels, t, v} of request.asked.series) {
        const series = store.series(labels)
        for (const [index, tMs] of t.entries()) store.append(series, tMs, v[index] ?? null)
      }
      return undefined
    case 'caughtUp':
      await scraper.caughtUp(request.asked.atMs)
      return undefined
    case 'targets':
      return scraper.targets()
    case 'setTargets':
      scraper.setTargets(request.asked.targets)
      return undefined
    case 'totals':
      return store.totals()
  }
}

const errorMessage = (error: unknown): ErrorMessage => {
  if (error instanceof UserError) return {kind: 'user', message: error.message, hint: error.hint}
  if (error instanceof EnvironmentError)
    return {kind: 'environment', message: error.message, hint: error.hint}
  return {
    kind: 'bug',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    hint: undefined,
  }
}

parentPort?.on('message', async (request: Request) => {
  try {
    send({kind: 'answer', id: request.id, answer: await answer(request)})
  } catch (error) {
    send({kind: 'error', id: request.id, error: errorMessage(error)})
  }
})
send({kind: 'answer', id: 0, answer: undefined})
