import type {Series} from '../../src/metrics/source.js'
import type {Objective} from '../../src/scenarios/scenario.js'

const counted = {during: ['fault'] as Objective['during'], confidence: 0.95, minSamples: 30}
const products = '{job="edge", route="/products"}'

/** One objective of each kind, met by the sound record, and the series that it lives on. */
export const subjects = {
  'bad of total': {
    objective: {
      kind: 'ratio',
      name: 'bad of total',
      bad: 'http_requests_total{job="edge", route="/products", code=~"5.."}',
      total: `http_requests_total${products}`,
      target: 0.99,
      ...counted,
    },
    of: ({labels}: Series) => labels['__name__'] === 'http_requests_total',
  },
  'good of total': {
    objective: {
      kind: 'ratio',
      name: 'good of total',
      good: 'http_requests_total{job="edge", route="/products", code!~"5.."}',
      total: `http_requests_total${products}`,
      target: 0.99,
      ...counted,
    },
    of: ({labels}: Series) => labels['__name__'] === 'http_requests_total',
  },
  latency: {
    objective: {
      kind: 'latency',
      name: 'latency',
      latency: 'http_request_duration_seconds{job="edge", route="/checkout"}',
      belowMs: 300,
      target: 0.95,
      ...counted,
    },
    of: ({labels}: Series) => labels['__name__']?.startsWith('http_request_duration_seconds') ?? false,
  },
  'query, instant': {
    objective: {
      kind: 'query',
      name: 'query, instant',
      query: `sum(http_requests_total${products})`,
      expect: {comparator: '>=', value: 4000},
      ...counted,
    },
    of: ({labels}: Series) => labels['__name__'] === 'http_requests_total',
  },
  'query, rate over the phase': {
    objective: {
      kind: 'query',
      name: 'query, rate over the phase',
      query: `sum(rate(http_requests_total${products}[$phase]))`,
      expect: {comparator: '>', value: 80},
      ...counted,
    },
    of: ({labels}: Series) => labels['__name__'] === 'http_requests_total',
  },
  'query, fewer than': {
    objective: {
      kind: 'query',
      name: 'query, fewer than',
      query: 'sum(increase(http_requests_total{job="edge", code=~"5.."}[$phase]))',
      expect: {comparator: '<', value: 50},
      ...counted,
    },
    of: ({labels}: Series) => labels['__name__'] === 'http_requests_total',
  },
} as const satisfies Record<string, {objective: Objective; of: (series: Series) => boolean}>
