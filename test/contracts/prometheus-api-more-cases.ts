import type {ApiCase} from './prometheus-api-cases.js'

const good = (request: string, data: unknown): ApiCase => ({
  request,
  status: 200,
  body: {status: 'success', data},
})

const bad = (request: string, error: string): ApiCase => ({
  request,
  status: 400,
  body: {status: 'error', errorType: 'bad_data', error},
})

const long = 'sum by (job) (rate(requests_total{code=~"5..",job="shop"}[5m]))'

/** What `format_query` makes of an expression; each is also asked for its own form, which must stay as it is. */
const formats: [expression: string, formatted: string][] = [
  ['foo/bar', 'foo / bar'],
  ['sum(rate(foo{b="c",a!="d"}[300s]))by(x)', 'sum by (x) (rate(foo{a!="d",b="c"}[5m]))'],
  ['SUM without(a)(foo)', 'sum without (a) (foo)'],
  ['topk(3,foo)by(a,b)', 'topk by (a, b) (3, foo)'],
  ['a*on(x)group_left(y)b', 'a * on (x) group_left (y) b'],
  ['a>bool ignoring(x)b', 'a > bool ignoring (x) b'],
  ['a and b or c unless d', 'a and b or c unless d'],
  ['(a+b)[10m:30s]offset 1h', '(a + b)[10m:30s] offset 1h'],
  ['max_over_time(a[1h:] @ end())', 'max_over_time(a[1h:] @ end())'],
  ['a offset -5m @ 10', 'a @ 10.000 offset -5m'],
  ['rate(a[1h30m] @ start() offset 90s)', 'rate(a[1h30m] @ start() offset 1m30s)'],
  ['-a+-1', '-a + -1'],
  ['-2^2', '-2 ^ 2'],
  ['1e3+0x1F+1.50+Inf', '1000 + 31 + 1.5 + +Inf'],
  ['1h30m+5', '1h30m + 5'],
  [
    `label_replace(a,'b',"\\u00e9\\t\\u202e",\`\\d\`,"")`,
    'label_replace(a, "b", "é\\t\\u202e", "\\\\d", "")',
  ],
  ['{__name__=~"a.*",b=""}', '{__name__=~"a.*",b=""}'],
  ['{__name__="a"}', '{__name__="a"}'],
  ['{"a",b="c"}', '{__name__="a",b="c"}'],
  ['a # a comment\n + b', 'a + b'],
  ['time()', 'time()'],
  [
    `${long}/ignoring(code)${long}`,
    `  sum by (job) (rate(requests_total{code=~"5..",job="shop"}[5m]))\n/ ignoring (code)\n  sum by (job) (rate(requests_total{code=~"5..",job="shop"}[5m]))`,
  ],
  [
    `histogram_quantile(0.99,${long}+(${long}-${long}))`,
    `histogram_quantile(
  0.99,
    sum by (job) (rate(requests_total{code=~"5..",job="shop"}[5m]))
  +
    (
        sum by (job) (rate(requests_total{code=~"5..",job="shop"}[5m]))
      -
        sum by (job) (rate(requests_total{code=~"5..",job="shop"}[5m]))
    )
)`,
  ],
]

const asked = (expression: string): string => `format_query?query=${expression}`

/** Requests of what tools ask beside queries: formatting, and lists that are empty here. */
export const moreCases: ApiCase[] = [
  ...formats.map(([from, to]) => good(asked(from), to)),
  ...formats.filter(([from, to]) => from !== to).map(([, to]) => good(asked(to), to)),
  bad(asked('foo(up)'), 'invalid parameter "query": 1:1: parse error: unknown function with name "foo"'),
  bad(
    'format_query',
    'invalid parameter "query": unknown position: parse error: no expression found in input',
  ),
  bad(
    'query_range?query=1&start=0&end=1000000&step=1',
    'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
  ),
  good('query?time=T+100&lookback_delta=-5&query=sum(requests_total)', {
    resultType: 'vector',
    result: [{metric: {}, value: ['T+100', '360']}],
  }),
  good('query?time=T+100&lookback_delta=0&query=sum(requests_total)', {
    resultType: 'vector',
    result: [{metric: {}, value: ['T+100', '360']}],
  }),
  bad('query_exemplars?query=foo(up)&start=1&end=2', '1:1: parse error: unknown function with name "foo"'),
  bad('query_exemplars?query=up&start=5&end=1', 'end timestamp must not be before start timestamp'),
  bad(
    'query_exemplars?query=up&start=x',
    `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
  ),
  good('rules?type=alert', {groups: []}),
  bad('rules?type=x', 'invalid parameter "type": not supported value "x"'),
  good('alertmanagers', {activeAlertmanagers: [], droppedAlertmanagers: []}),
  good('scrape_pools', {scrapePools: []}),
  bad(
    'query?query=a{b=~"("}',
    'invalid parameter "query": 1:3: parse error: error parsing regexp: missing closing ): `(`',
  ),
  bad(
    'query?query=a{b="c",d!~"x**"}',
    'invalid parameter "query": 1:9: parse error: error parsing regexp: invalid nested repetition operator: `**`',
  ),
]
