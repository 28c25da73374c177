import type {Series} from '../../src/metrics/source.js'
import type {RunRecord} from '../../src/run/record.js'
import type {RuleGroup} from '../../src/scenarios/rules/rule.js'
import type {Objective} from '../../src/scenarios/scenario.js'
import {errorsOf} from '../fakes/record-errors.js'

const counted = {during: ['fault'] as Objective['during'], confidence: 0.95, minSamples: 30}
const products = '{job="edge", route="/products"}'

/** One objective, met by the sound record, and what it lives on. */
export interface Subject {
  objective: Objective
  /** Its series: those that a defect spoils. */
  of: (series: Series) => boolean
  /** Objectives that it is about. */
  beside?: Objective[]
  /** What the sound record needs besides. */
  prepare?: (record: RunRecord) => void
  /** Judged after the fault: other defects matter. */
  recovers?: true
}

const ofRequests = ({labels}: Series): boolean => labels['__name__'] === 'http_requests_total'
const ofLatencies = ({labels}: Series): boolean =>
  labels['__name__']?.startsWith('http_request_duration_seconds') ?? false

const errors: Objective = {
  kind: 'ratio',
  name: 'errors',
  bad: 'http_requests_total{job="edge", route="/products", code=~"5.."}',
  total: `http_requests_total${products}`,
  target: 0.5,
  ...counted,
}

const rules: RuleGroup = {
  name: 'edge',
  file: 'rules.yaml',
  intervalMs: 1000,
  rules: [
    {
      kind: 'alert',
      alert: 'Errors',
      expr: 'sum(rate(http_requests_total{job="edge", code=~"5.."}[10s])) / sum(rate(http_requests_total{job="edge"}[10s])) > 0.5',
      forMs: 0,
      keepFiringMs: 0,
      labels: {},
      place: 'rules.yaml:5',
    },
  ],
}

const byBucket = (series: 'worst' | 'any' | 'all'): Subject => ({
  objective: {
    kind: 'query',
    name: `query, ${series} of several`,
    query: 'sum by (le) (rate(http_request_duration_seconds_bucket{job="edge", route="/checkout"}[$phase]))',
    expect: {comparator: '>', value: 20},
    series,
    ...counted,
  },
  of: ofLatencies,
})

/** One objective of each kind and choice. */
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
  'latency between two bounds': {
    objective: {
      kind: 'latency',
      name: 'latency between two bounds',
      latency: 'http_request_duration_seconds{job="edge", route="/checkout"}',
      belowMs: 250,
      target: 0.95,
      ...counted,
    },
    of: ofLatencies,
  },
  'query, worst of several': byBucket('worst'),
  'query, any of several': byBucket('any'),
  'query, all of several': byBucket('all'),
  'relative to the baseline': {
    objective: {
      kind: 'relative',
      name: 'relative to the baseline',
      compares: 'errors',
      mostWorse: 0.5,
      ...counted,
    },
    beside: [errors],
    prepare: errorsOf(9, 9),
    of: ofRequests,
  },
  'relative to a saved run': {
    objective: {
      kind: 'relative',
      name: 'relative to a saved run',
      compares: 'errors',
      mostWorse: 0.5,
      saved: {path: 'last', phases: {fault: {bad: 270, total: 27_000, worth: 1}}},
      ...counted,
    },
    beside: [errors],
    prepare: errorsOf(9, 9),
    of: ofRequests,
  },
  'alert that must not fire': {
    objective: {kind: 'alert', name: 'alert that must not fire', alert: 'Errors', ...counted},
    prepare: (record) => {
      record.header.plan.scenario.rules = [rules]
    },
    of: ofRequests,
  },
  recovery: {
    objective: {
      kind: 'recovery',
      name: 'recovery',
      recovers: 'checkout',
      withinMs: 15_000,
      ...counted,
      during: ['recovery'],
    },
    beside: [
      {
        kind: 'latency',
        name: 'checkout',
        latency: 'http_request_duration_seconds{job="edge", route="/checkout"}',
        belowMs: 300,
        target: 0.5,
        ...counted,
      },
    ],
    of: ofLatencies,
    recovers: true,
  },
} as const satisfies Record<string, Subject>
