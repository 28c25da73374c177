import {createServer, type Server} from 'node:http'
import {type Metric, Registry} from 'prom-client'
import type {LoadSecond} from '../engines/engine.js'
import {EnvironmentError, messageOf} from '../errors.js'
import type {MetricSource, Series} from '../metrics/source.js'
import {createLoadSeries, type LoadSeries} from '../plan/load-metrics/series.js'
import {families, type LoadFamily, type LoadSample} from '../plan/load-metrics/state.js'
import {loadSubjectOf} from '../plan/load-metrics/subject.js'
import type {Plan} from '../plan/plan.js'

/** The load of a run as metrics (`shakedown_load_*`), while it goes on. */
export interface LoadMetrics {
  /** The load starts then: all counters stand at zero. */
  begin(atMs: number): void
  second(second: LoadSecond): void
  close(): Promise<void>
}

export interface LoadMetricsOptions {
  plan: Plan
  /** Guards ask it; one that cannot take samples scrapes them, or does without. */
  metrics: MetricSource
  /** Port of the page on the loopback interface; no page without one. */
  port: number | undefined
  note: (message: string) => void
}

const asSeries = (samples: readonly LoadSample[]): Series[] =>
  samples.map(({labels, tMs, value}) => ({labels, t: [tMs], v: [value]}))

/** A metric of prom-client that asks for its values when its page is asked for. */
const metricOf = (name: LoadFamily, series: LoadSeries): Metric => {
  const metric = {
    name,
    ...families[name],
    get: () => ({
      name,
      ...families[name],
      aggregator: 'sum',
      values: series.state
        .values()
        .filter(({family}) => family === name)
        .map(({name: metricName, labels, value}) => ({metricName, labels, value})),
    }),
  }
  // A registry asks its metrics for no more than this; the classes would count a second time what is counted already.
  return metric as unknown as Metric
}

const pageOf = (series: LoadSeries): Registry => {
  const registry = new Registry()
  for (const name of Object.keys(families)) {
    // The keys of an object literal are its names.
    registry.registerMetric(metricOf(name as LoadFamily, series))
  }
  return registry
}

const listen = async (server: Server, port: number): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new EnvironmentError(
          `The metrics of the load cannot be served on port ${port}: ${messageOf(cause)}`,
          {
            hint: 'Choose another port with --metrics-port or load.metrics-port.',
            cause,
          },
        ),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
}

/** Serves the page at /metrics of the loopback interface. Throws EnvironmentError when the port cannot be had. */
const serve = async (series: LoadSeries, port: number): Promise<() => Promise<void>> => {
  const registry = pageOf(series)
  const server = createServer(async (request, response) => {
    const [path] = (request.url ?? '').split('?')
    if (path !== '/metrics') return response.writeHead(404).end('The metrics are at /metrics.\n')
    const page = await registry.metrics()
    response.writeHead(200, {'content-type': registry.contentType}).end(page)
  })
  await listen(server, port)
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }
}

/** Opens the page, if there is to be one, and hands the samples of each second to the metric source. */
export const openLoadMetrics = async ({
  plan,
  metrics,
  port,
  note,
}: LoadMetricsOptions): Promise<LoadMetrics> => {
  const series = createLoadSeries(loadSubjectOf(plan.scenario))
  const close = port === undefined ? async () => {} : await serve(series, port)
  let told = false
  const store = (samples: LoadSample[]): void => {
    metrics.append?.(asSeries(samples)).catch((cause: unknown) => {
      if (!told) note(`the metrics of the load are not stored: ${messageOf(cause)}`)
      told = true
    })
  }
  return {
    begin: (atMs) => store(series.begin(atMs)),
    second: (second) => store(series.add(second)),
    close,
  }
}
