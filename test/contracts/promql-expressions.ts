import {
  aggregates,
  full,
  maps,
  plain,
  quantiles,
  type SharedExpression,
  since3,
  windows,
} from './promql-expressions-series.js'

const arithmetic = ['+', '-', '*', '/', '%', '^', 'atan2']
const comparisons = ['==', '!=', '<', '<=', '>', '>=']

const withoutName = since3('2.42 keeps the name of what atan2 computes', ['odd atan2 2.5', '-3 atan2 odd'])

const ambiguous = since3('2.42 names another of the groups that are not unique', [
  'build_info * on (job) requests_total',
  'requests_total * on (job) group_left requests_total',
])

const operators: SharedExpression[] = plain([
  ...arithmetic.filter((op) => op !== 'atan2').flatMap((op) => [`odd ${op} 2.5`, `-3 ${op} odd`]),
  ...arithmetic.flatMap((op) => [`temperature ${op} on (room) temperature`, `7 ${op} -3`]),
  ...comparisons.flatMap((op) => [`odd ${op} 0.1`, `0 ${op} odd`, `odd ${op} bool 0`, `1 ${op} bool 2`]),
  ...comparisons.map((op) => `temperature ${op} temperature offset 1m`),
  ...comparisons.map((op) => `temperature ${op} bool temperature offset 1m`),
  ...['and', 'or', 'unless'].flatMap((op) => [
    `requests_total ${op} requests_total{code="500"}`,
    `requests_total ${op} on (job) build_info{version="1.0"}`,
    `temperature ${op} ignoring (room) temperature{room="a"}`,
    `requests_total ${op} nothing`,
  ]),
  'requests_total{code="500"} / ignoring (code) requests_total{code="200"}',
  'requests_total * on (job) group_left (version) build_info',
  'build_info * on (job) group_right (version) requests_total',
  'requests_total / ignoring (pod, code, version) group_left build_info',
  'requests_total{code="500"} / ignoring (code) group_left requests_total{code="200"}',
  'requests_total * on (job) build_info',
  '-odd',
  '+odd',
  '-2 ^ 2',
  '2 ^ 3 ^ 2',
  '-(1 + 2) * 3 % 5',
  'sum(requests_total) / 0',
  '0 / (temperature - temperature)',
])

const selections: SharedExpression[] = [
  ...plain([
    ...[
      'requests_total',
      'odd',
      'mixed',
      'ended_total',
      'single',
      'born_total',
      'weird',
      'nothing',
      '{job="shop"}',
    ],
    ...[
      'requests_total{code!="200", pod=~"[01]"}',
      'requests_total{code!~"2..|3.."}',
      '{__name__=~"b.*_info|single"}',
    ],
    ...['requests_total{nothing=""}', 'requests_total{pod=~"(?i:0|X)"}', 'temperature{room=~"a|b|"}'],
    ...[
      'requests_total offset 1m',
      'requests_total offset -1m',
      'requests_total @ start()',
      'requests_total @ end() offset 30s',
    ],
    ...[
      'ended_total offset 3m',
      'single offset 2m',
      'temperature @ 0',
      'sum(requests_total @ end()) - sum(requests_total)',
    ],
    'label_replace(requests_total, "kind", "$1xx", "code", "(.).*")',
    `label_replace(weird, "leaf", "$\{2}-$1-$$", "path", "/(?P<first>.*)/(.*)")`,
    'label_replace(weird, "first", "$first", "path", "/(?P<first>.*)/.*")',
    'label_replace(requests_total, "pod", "", "pod", ".*")',
    'label_replace(requests_total, "x", "$1", "code", "(4)..")',
    'label_join(requests_total, "all", "/", "job", "pod", "nothing")',
    'label_join(weird, "path", "", "nothing")',
    'sum by (x) (label_replace(requests_total, "x", "$1", "pod", "(1|2)"))',
    '"a text"',
    '1e3',
    '0x1F + 010',
    'Inf - Inf',
  ]),
  ...since3('numbers with underscores and units', ['1_000.5', '1m30s + 0.5', 'temperature > 5ms']),
  ...since3('a dot that matches newlines', ['weird{text=~".*😀.*"}']),
  ...since3('names and labels of any text', ['{"requests_total", "job"="shop"}', '{"odd"} > 0']),
]

const fixes = '3.x tells that buckets were not cumulative'
const histograms: SharedExpression[] = [
  ...plain(quantiles.map((q) => `histogram_quantile(${q}, latency_seconds_bucket)`)),
  ...plain(['histogram_quantile(2, nothing)', 'quantile(2, nothing)', 'quantile_over_time(2, nothing[1m])']),
  ...plain(['0.1', '0.9'].map((q) => `histogram_quantile(${q}, sum by (le) (latency_seconds_bucket))`)),
  ...since3(
    fixes,
    ['0.2', '0.9'].map((q) => `histogram_quantile(${q}, broken_bucket)`),
  ),
  ...full([
    'histogram_quantile(0.95, sum by (job, le) (rate(latency_seconds_bucket[2m])))',
    'histogram_quantile(scalar(constant) / 50, rate(latency_seconds_bucket[3m]))',
  ]),
  ...since3('histogram_fraction of classic histograms', [
    'histogram_fraction(0, 0.3, latency_seconds_bucket)',
    'histogram_fraction(0.07, 5, latency_seconds_bucket)',
    'histogram_fraction(-Inf, +Inf, latency_seconds_bucket)',
    'histogram_fraction(0.3, 0.1, latency_seconds_bucket)',
    'histogram_fraction(NaN, 0.1, latency_seconds_bucket)',
    'histogram_fraction(0, 1.5, broken_bucket)',
  ]),
]

/** Every function, operator, aggregation and modifier of the stable language, over data that makes them differ. */
export const sharedExpressions: SharedExpression[] = [
  ...windows,
  ...maps,
  ...aggregates,
  ...operators,
  ...withoutName,
  ...ambiguous,
  ...selections,
  ...histograms,
]
