import {familiesOf, type MetricFamily} from './metric-families.js'
import type {Reporter} from './reporter.js'

/**
 * The results as Prometheus text, for the textfile collector of node_exporter: without timestamps, which it refuses.
 * Source: prometheus.io/docs/instrumenting/exposition_formats, "Text-based format".
 */
const metrics: Reporter = {
  summary: 'Prometheus text (shakedown_objective_*), for the textfile collector of node_exporter.',
  extension: 'prom',
  replaced: true,
  render: (report) =>
    familiesOf(report)
      .filter(({samples}) => samples.length > 0)
      .map(textOf)
      .join(''),
}
export default metrics

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const numberOf = (value: number): string => {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

const textOf = ({name, help, samples}: MetricFamily): string =>
  [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(({labels, value}) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
      return `${name}{${pairs.join(',')}} ${numberOf(value)}`
    }),
    '',
  ].join('\n')
