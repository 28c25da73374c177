import type {Random} from '../../src/system/random.js'

const selectors = [
  ...[
    'requests_total',
    'requests_total{code="500"}',
    'temperature',
    'odd',
    'mixed',
    'constant',
    'build_info',
  ],
  ...[
    'latency_seconds_bucket',
    'ended_total',
    'born_total',
    'single',
    '{job="shop"}',
    'broken_bucket',
    'nothing',
  ],
  ...['{__name__=~"temp.*|odd"}', 'requests_total{pod!="1",job=~"s.*"}'],
]
const buckets = [
  ...[
    'latency_seconds_bucket',
    'broken_bucket',
    'rate(latency_seconds_bucket[2m])',
    'latency_seconds_bucket * 0.3',
  ],
  ...['increase(latency_seconds_bucket[31s] offset 1m)', 'requests_total'],
]
const ranges = ['7s', '31s', '1m', '95s', '2m', '5m']
const overRanges = [
  ...[
    'rate',
    'increase',
    'delta',
    'irate',
    'idelta',
    'deriv',
    'changes',
    'resets',
    'avg_over_time',
    'sum_over_time',
  ],
  ...[
    'min_over_time',
    'max_over_time',
    'count_over_time',
    'stddev_over_time',
    'stdvar_over_time',
    'last_over_time',
  ],
  ...['present_over_time', 'absent_over_time'],
]
const maps = [
  'abs',
  'ceil',
  'floor',
  'exp',
  'sqrt',
  'ln',
  'sgn',
  'round',
  'atan',
  'deg',
  'timestamp',
  'absent',
  'sort',
]
const reducers = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'quantile(0.3, ',
  'quantile(1, ',
]
const labels = ['job', 'code', 'pod', 'room', 'n', 'le', 'job, code', 'pod, le', '']
const numbers = ['2', '0', '-1.5', '0.3', '1e3', 'NaN', 'Inf', '3']
const operators = ['+', '-', '*', '/', '%', '^', 'atan2', '==', '!=', '>', '<=', '> bool', '== bool']

/**
 * Expressions that nobody has thought of, each of the right types. Left out is what each server may choose: which of
 * equals is the top one, and how Go turns NaN into a date; and what makes much of a number's last digits.
 */
export const randomExpressions = (random: Random): ((depth: number) => string) => {
  const one = (items: readonly string[]): string => items[random.below(items.length)] ?? ''
  const shifts = ['', '', '', '', ' offset 1m', ' offset -2m', ' @ end()', ' @ start() offset 33s']
  const selector = (): string => one(selectors) + one(shifts)
  const range = (depth: number): string =>
    depth < 1 || random.below(3) > 0
      ? `${one(selectors)}[${one(ranges)}]${one(shifts)}`
      : `(${vector(depth - 1)})[${one(ranges)}:${one(['', '10s', '30s', '7s'])}]`
  const scalar = (depth: number): string =>
    random.below(2) === 0
      ? one(numbers)
      : one([`scalar(${vector(depth - 1)})`, 'time()', `(${one(numbers)} % 3)`])
  const matching = (): string => one(['', '', `on (${one(labels)})`, `ignoring (${one(labels)})`])

  const makers: ((depth: number) => string)[] = [
    (depth) => `${one(overRanges)}(${range(depth)})`,
    (depth) => `${one(overRanges)}(${range(depth)})`,
    (depth) => `quantile_over_time(${one(['0.5', '0', '1'])}, ${range(depth)})`,
    (depth) => `predict_linear(${range(depth)}, ${one(['60', '-30'])})`,
    (depth) => `${one(maps)}(${vector(depth - 1)})`,
    (depth) => `clamp(${vector(depth - 1)}, ${scalar(depth - 1)}, ${scalar(depth - 1)})`,
    // Not of any vector: of counts that are NaN, 3.5 takes the last bound for the quantile.
    () => `histogram_quantile(${one(['0.9', '0.1'])}, sum by (${one(['le', 'le, job'])}) (${one(buckets)}))`,
    (depth) => `label_replace(${vector(depth - 1)}, "x", "a-$1", "${one(['job', 'code', 'room'])}", "(.).*")`,
    (depth) => `-(${vector(depth - 1)})`,
    (depth) => `(${vector(depth - 1)} ${one(operators)} ${scalar(depth - 1)})`,
    (depth) => `(${scalar(depth - 1)} ${one(operators)} ${vector(depth - 1)})`,
    (depth) => `(${vector(depth - 1)} ${one(['and', 'or', 'unless'])} ${matching()} (${vector(depth - 1)}))`,
    (depth) => `(${vector(depth - 1)} ${one(operators)} ${matching()} (${vector(depth - 1)}))`,
    (depth) =>
      `(${vector(depth - 1)} ${one(operators)} on (${one(labels)}) ${one(['group_left', 'group_right'])} () ${selector()})`,
    (depth) => {
      const name = one(reducers)
      const by = one(['', ` by (${one(labels)})`, ` without (${one(labels)})`])
      return `${name.includes('(') ? name : `${name}(`}${vector(depth - 1)})${by}`
    },
  ]
  const vector = (depth: number): string =>
    depth < 1 ? selector() : (makers[random.below(makers.length)]?.(depth) ?? selector())
  return vector
}
