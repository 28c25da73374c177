/** An expression that both servers must answer alike. */
export interface SharedExpression {
  expression: string
  /** What of it Prometheus 2.42 does not know, or does otherwise; absent: nothing. */
  not2?: string
  /** 2.42 stretches a window that begins before its series in another way: to be compared where windows are full. */
  full2?: true
}

const pairs = <A, B>(left: readonly A[], right: readonly B[]): [A, B][] =>
  left.flatMap((a) => right.map((b): [A, B] => [a, b]))

export const plain = (expressions: string[]): SharedExpression[] =>
  expressions.map((expression) => ({expression}))
export const since3 = (not2: string, expressions: string[]): SharedExpression[] =>
  expressions.map((expression) => ({expression, not2}))

export const full = (expressions: string[]): SharedExpression[] =>
  expressions.map((expression) => ({expression, full2: true}))
const rangeVectors = ['requests_total[2m]', 'temperature[95s]', 'mixed[3m]', 'ended_total[4m]', 'single[5m]']
const stretched = pairs(['rate', 'increase', 'delta'], [...rangeVectors, 'requests_total[31s]'])
const overTime = pairs(
  [
    ...['irate', 'idelta', 'deriv', 'changes', 'resets', 'avg_over_time', 'min_over_time', 'max_over_time'],
    ...['sum_over_time', 'count_over_time', 'stddev_over_time', 'stdvar_over_time', 'last_over_time'],
    ...['present_over_time', 'absent_over_time'],
  ],
  rangeVectors,
)
export const quantiles = ['-0.1', '0', '0.3', '0.5', '0.999', '1', '1.1', 'NaN']

export const windows: SharedExpression[] = [
  ...full(stretched.map(([name, range]) => `${name}(${range})`)),
  ...since3('it stretches what was born in the window back to zero', [
    'rate(born_total[10m])',
    'increase(born_total[10m])',
  ]),
  ...plain(['delta(born_total[10m])']),
  ...plain(overTime.map(([name, range]) => `${name}(${range})`)),
  ...plain(quantiles.map((q) => `quantile_over_time(${q}, temperature[2m])`)),
  ...plain(['60', '-300', '0.5'].map((ahead) => `predict_linear(temperature[3m], ${ahead})`)),
  ...plain(['max_over_time', 'avg_over_time', 'changes'].map((name) => `${name}(temperature[3m:20s])`)),
  ...plain([
    'deriv(constant[5m])',
    'sum_over_time(requests_total[2m] offset 1m)',
    'requests_total[45s]',
    'mixed[1m]',
  ]),
  ...full([
    'max_over_time(rate(requests_total[1m])[3m:30s])',
    'sum by (job) (rate(requests_total{code="500"}[2m])) / sum by (job) (rate(requests_total[2m]))',
    'avg_over_time(sum(rate(requests_total[1m]))[2m:])',
  ]),
]

const mapped = [
  ...[
    'abs',
    'ceil',
    'floor',
    'exp',
    'sqrt',
    'ln',
    'log2',
    'log10',
    'sgn',
    'round',
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
  ],
  ...[
    'atan',
    'sinh',
    'cosh',
    'tanh',
    'asinh',
    'acosh',
    'atanh',
    'deg',
    'rad',
    'timestamp',
    'sort',
    'sort_desc',
    'absent',
  ],
  ...['scalar'],
]
const dates = [
  'minute',
  'hour',
  'day_of_week',
  'day_of_month',
  'day_of_year',
  'days_in_month',
  'month',
  'year',
]

export const maps: SharedExpression[] = plain([
  ...pairs(mapped, ['odd', 'temperature']).map(([name, of]) => `${name}(${of})`),
  ...dates.flatMap((name) => [`${name}()`, `${name}(moment)`, `${name}(-moment)`]),
  ...['0.1', '5', '-2', '1e-9'].map((nearest) => `round(temperature, ${nearest})`),
  ...[
    'clamp(odd, -1, 1)',
    'clamp(odd, 1, -1)',
    'clamp_min(odd, 0)',
    'clamp_max(odd, 0)',
    'clamp(odd, NaN, 1)',
  ],
  ...['clamp_min(odd, NaN)', 'clamp_max(odd, NaN)', 'clamp(temperature, scalar(constant) - 40, 3)'],
  ...[
    'vector(pi())',
    'vector(time())',
    'time() - timestamp(constant)',
    'scalar(constant)',
    'scalar(nothing)',
  ],
  ...[
    'absent(nothing{a="b", c!="d"})',
    'absent(nothing{a="b", a="c"})',
    'absent(sum(nothing))',
    'timestamp(odd + 0)',
  ],
])

const reducers = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk(2, ',
  'bottomk(2, ',
  'quantile(0.3, ',
]
const grouped = pairs(reducers, ['', ' by (job)', ' without (pod, code)', ' by (nothing)', ' by (job, code)'])

export const aggregates: SharedExpression[] = [
  ...plain(grouped.map(([name, by]) => `${name.includes('(') ? name : `${name}(`}requests_total)${by}`)),
  ...plain(['sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar'].map((name) => `${name}(temperature)`)),
  ...plain(['min', 'max', 'count'].map((name) => `${name}(odd)`)),
  ...plain(['sum', 'avg', 'stdvar'].map((name) => `${name}(odd{n=~"3|6|7|8"})`)),
  ...plain(quantiles.map((q) => `quantile(${q}, temperature)`)),
  ...plain([
    'topk(1, odd)',
    'bottomk(3, odd)',
    'topk(-1, odd)',
    'topk(scalar(sum(constant) or vector(2)), odd)',
    'topk(0, odd)',
  ]),
  ...plain([
    'count_values("v", requests_total)',
    'count_values by (job) ("v", build_info)',
    'count_values("job", odd)',
  ]),
  ...since3('labels of any name', ['count_values("a b", build_info)', 'sum by ("job") (requests_total)']),
]
