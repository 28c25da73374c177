import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** The embedded metrics source on its own. */
export default class Metrics extends BaseCommand {
  static override summary = 'Scrape, store and answer as a Prometheus does, until Ctrl-C; all in memory.'
  static override description =
    "Speaks Prometheus's HTTP API, so that Grafana can draw from it, and takes remote write 1.0 at /api/v1/write, so that " +
    'k6 and Prometheus can write to it. Exit 0 when it was told to stop, 2 wrong input, 4 port in use.'
  static override examples = [
    '<%= config.bin %> metrics --config prometheus.yml',
    '<%= config.bin %> metrics --listen 127.0.0.1:9091 --retention 30m',
    'K6_PROMETHEUS_RW_SERVER_URL=http://127.0.0.1:9090/api/v1/write k6 run -o experimental-prometheus-rw load.js',
  ]
  static override enableJsonFlag = false
  static override flags = {
    config: Flags.string({
      summary: "YAML with scrape_configs of static targets, in Prometheus's words.",
      helpValue: 'FILE',
    }),
    listen: Flags.string({
      summary: 'Where to listen; port 0 takes a free one.',
      helpValue: 'HOST:PORT',
      default: '127.0.0.1:9090',
    }),
    retention: Flags.string({summary: 'How long samples are kept.', helpValue: 'DURATION', default: '6h'}),
    'max-memory': Flags.string({
      summary:
        'Memory for samples, some 2 bytes each for counters, 10 or less for most others; then the oldest go first.',
      helpValue: 'SIZE',
      default: '512MB',
    }),
    'max-samples': Flags.integer({
      summary: 'Samples held at most; then the oldest go first. By default as many as the memory holds.',
      min: 1000,
    }),
    'max-series': Flags.integer({
      summary: 'Series held at most, a kilobyte each besides their samples; then new ones are refused.',
      default: 500_000,
      min: 1,
    }),
    'query-timeout': Flags.string({
      summary: 'Longest evaluation of a query.',
      helpValue: 'DURATION',
      default: '2m',
    }),
    'query-max-samples': Flags.integer({
      summary: 'Samples that one query may hold.',
      default: 20_000_000,
      min: 1,
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Metrics)
    const {serveMetrics} = await import('../workflows/serve-metrics.js')
    await serveMetrics(flags, this.signal, {
      onReady: (url, {jobs}) => {
        const targets = jobs.flatMap((job) => job.targets).length
        this.log(`The metrics server answers at ${url} and scrapes ${targets} targets. Stop it with Ctrl-C.`)
      },
      onWarning: (message) => process.stderr.write(`Warning: ${message}\n`),
    })
  }
}
