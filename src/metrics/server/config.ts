import {z} from 'zod'
import {isLabelName, parseDuration} from '../../promql/index.js'
import {type Problem, ProblemsError} from '../../scenarios/problems.js'
import {problemAt, schemaProblems} from '../../scenarios/schema-problems.js'
import {sentence} from '../../scenarios/shapes.js'
import type {ScrapeTarget} from '../../scenarios/target.js'
import {shown} from '../../scenarios/units.js'
import {parseYaml, readYaml, type YamlFile} from '../../scenarios/yaml-file.js'

/** One `scrape_configs` entry with everything filled in. */
export interface ScrapeJob {
  name: string
  intervalMs: number
  timeoutMs: number
  targets: ScrapeTarget[]
}

export interface MetricsConfig {
  /** `global.scrape_interval`, for who asks how often this server looks. */
  intervalMs: number
  jobs: ScrapeJob[]
}

/** What Prometheus takes when nothing is said. */
const defaults = {scrape_interval: 60_000, scrape_timeout: 10_000}
const shortestMs = 250

/** Valid in a configuration of Prometheus, and not here: said in other words than a slip of the pen. */
const ofPrometheus = new Set(
  (
    'alerting rule_files remote_write remote_read storage tracing otlp runtime scrape_config_files evaluation_interval ' +
    'external_labels query_log_file honor_labels honor_timestamps basic_auth authorization oauth2 tls_config ' +
    'proxy_url relabel_configs metric_relabel_configs file_sd_configs http_sd_configs dns_sd_configs ' +
    'kubernetes_sd_configs consul_sd_configs docker_sd_configs ec2_sd_configs sample_limit label_limit ' +
    'scrape_protocols body_size_limit follow_redirects enable_compression rule_query_offset scrape_native_histograms'
  ).split(' '),
)

const words = (issue: z.core.$ZodRawIssue): string | undefined => {
  const text = sentence(issue)
  if (issue.code !== 'unrecognized_keys') return text
  const lines = (text ?? '').split('\n')
  return issue.keys
    .map((key, index) =>
      ofPrometheus.has(key)
        ? `"${key}" of Prometheus is not supported here, where static targets are scraped and nothing else`
        : lines[index],
    )
    .join('\n')
}

const duration = z
  .string({error: ({input}) => `expected a duration such as "15s", got ${shown(input)}`})
  .transform((text, context) => {
    const lengthMs = parseDuration(text)
    if (lengthMs !== undefined && lengthMs > 0) return lengthMs
    context.addIssue(`expected a duration such as "15s" or "1m30s", got ${shown(text)}`)
    return z.NEVER
  })

const interval = duration.refine((lengthMs) => lengthMs >= shortestMs, {
  error: `must be at least ${shortestMs}ms`,
})

const address = z.string().regex(/^[^\s/@?#]+$/, {
  error: ({input}) =>
    `expected host and port such as "localhost:8080", without scheme or path, got ${shown(input)}`,
})

const labels = z.record(
  z.string().refine((name) => isLabelName(name) && !name.startsWith('__'), {
    error: 'cannot name a label: names that begin with "__" are not supported here',
  }),
  z.string(),
)

const job = z.strictObject({
  job_name: z.string().min(1),
  scrape_interval: interval.exactOptional(),
  scrape_timeout: duration.exactOptional(),
  metrics_path: z.string().regex(/^\//, {error: 'expected a path such as "/metrics"'}).default('/metrics'),
  scheme: z.enum(['http', 'https']).default('http'),
  params: z.record(z.string(), z.array(z.string())).default({}),
  static_configs: z
    .array(z.strictObject({targets: z.array(address), labels: labels.default({})}))
    .default([]),
})

const schema = z.strictObject({
  global: z
    .strictObject({scrape_interval: interval.exactOptional(), scrape_timeout: duration.exactOptional()})
    .default({}),
  scrape_configs: z.array(job).default([]),
})

type Read = z.output<typeof schema>

const targetsOf = ({
  job_name,
  scheme,
  metrics_path,
  params,
  static_configs,
}: Read['scrape_configs'][number]) => {
  const pairs = Object.entries(params).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, value]),
  )
  const query = new URLSearchParams(pairs).toString()
  return static_configs.flatMap(({targets, labels: own}) =>
    targets.map((host) => ({
      url: `${scheme}://${host}${metrics_path}${query === '' ? '' : `?${query}`}`,
      labels: {job: job_name, instance: host, ...own},
    })),
  )
}

const jobOf = (read: Read['scrape_configs'][number], {global}: Read): ScrapeJob => {
  const intervalMs = read.scrape_interval ?? global.scrape_interval ?? defaults.scrape_interval
  const asked = read.scrape_timeout ?? global.scrape_timeout ?? defaults.scrape_timeout
  // Only a limit of the job's own that does not fit is a mistake.
  const timeoutMs = read.scrape_timeout === undefined ? Math.min(asked, intervalMs) : asked
  return {name: read.job_name, intervalMs, timeoutMs, targets: targetsOf(read)}
}

const jobProblems = (file: YamlFile, jobs: readonly ScrapeJob[]): Problem[] =>
  jobs.flatMap(({name, intervalMs, timeoutMs}, index) => {
    const at = (key: string, message: string): Problem =>
      problemAt(file, ['scrape_configs', index, key], message)
    const first = jobs.findIndex((other) => other.name === name)
    return [
      ...(first < index ? [at('job_name', `there is a job "${name}" already`)] : []),
      ...(timeoutMs > intervalMs ? [at('scrape_timeout', 'must not be longer than scrape_interval')] : []),
    ]
  })

const interpret = (file: YamlFile): MetricsConfig => {
  const parsed = schema.safeParse(file.value ?? {}, {error: words})
  const problems = [...file.problems, ...schemaProblems(file, parsed.error)]
  const jobs = parsed.success ? parsed.data.scrape_configs.map((one) => jobOf(one, parsed.data)) : []
  problems.push(...jobProblems(file, jobs))
  if (!parsed.success || problems.length > 0) throw new ProblemsError(file.path, problems)
  return {intervalMs: parsed.data.global.scrape_interval ?? defaults.scrape_interval, jobs}
}

/** Reads a configuration from text, `path` being its name in messages. Throws ProblemsError with all that is wrong. */
export const parseMetricsConfig = (path: string, text: string): MetricsConfig =>
  interpret(parseYaml(path, text))

/** Reads a configuration file. Throws UserError when there is none, ProblemsError with all that is wrong with it. */
export const loadMetricsConfig = async (path: string): Promise<MetricsConfig> =>
  interpret(await readYaml(path))
