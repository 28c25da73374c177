/** One request and its answer; `T-60` stands for the time of the data's end minus a minute, in epoch seconds. */
export interface ApiCase {
  request: string
  status: number
  body: unknown
}

const good = (
  request: string,
  data: unknown,
  notes: {warnings?: string[]; infos?: string[]} = {},
): ApiCase => ({
  request,
  status: 200,
  body: {status: 'success', data, ...notes},
})

const bad = (request: string, error: string): ApiCase => ({
  request,
  status: 400,
  body: {status: 'error', errorType: 'bad_data', error},
})

const unexecuted = (request: string, error: string): ApiCase => ({
  request,
  status: 422,
  body: {status: 'error', errorType: 'execution', error},
})

const vector = (...result: [metric: Record<string, string>, value: string][]): unknown => ({
  resultType: 'vector',
  result: result.map(([metric, value]) => ({metric, value: ['T+0', value]})),
})

const cut = {warnings: ['results truncated due to limit']}
const code200 = {__name__: 'requests_total', code: '200', job: 'shop'}
const code500 = {__name__: 'requests_total', code: '500', job: 'shop'}

export const queryCases: ApiCase[] = [
  good('query?time=T+0&query=requests_total{code="500"}', vector([code500, '60'])),
  good('query?time=T+0&query=nothing', {resultType: 'vector', result: []}),
  good('query?time=T+0&query=gone', {resultType: 'vector', result: []}),
  good('query?time=T+0&query=odd{n="0"}', vector([{__name__: 'odd', n: '0'}, 'NaN'])),
  good('query?time=T+0&query=odd{n="1"}', vector([{__name__: 'odd', n: '1'}, '+Inf'])),
  good('query?time=T+0&query=odd{n="2"}', vector([{__name__: 'odd', n: '2'}, '-Inf'])),
  good('query?time=T+0&query=odd{n="3"}', vector([{__name__: 'odd', n: '3'}, '1e-07'])),
  good('query?time=T+0&query=odd{n="4"}', vector([{__name__: 'odd', n: '4'}, '1.5e+21'])),
  good('query?time=T+0&query=odd{n="5"}', vector([{__name__: 'odd', n: '5'}, '-0'])),
  good('query?time=T+0&query=odd{n="7"}', vector([{__name__: 'odd', n: '7'}, '123456789.25'])),
  good('query?time=T+0&query=temperature', vector([{__name__: 'temperature', room: 'é <&> "\\'}, '20.4'])),
  good(
    'query?time=T+0&query={"name.with.dots"}',
    vector([{__name__: 'name.with.dots', 'label.with.dots': 'x'}, '7']),
  ),
  good('query?time=1.5&query=1e-7', {resultType: 'scalar', result: [1.5, '0.0000001']}),
  good('query?time=1.005&query=1', {resultType: 'scalar', result: [1.005, '1']}),
  good('query?time=1.05&query=vector(1)[20ms:10ms]', {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [1.04, '1'],
          [1.05, '1'],
        ],
      },
    ],
  }),
  good('query?time=-1.5&query=1', {resultType: 'scalar', result: [-1.5, '1']}),
  good('query?time=1e3&query=-Inf', {resultType: 'scalar', result: [1000, '-Inf']}),
  good('query?time=2020-01-01T00:00:00.5%2B02:00&query="a<b>é"', {
    resultType: 'string',
    result: [1577829600.5, 'a<b>é'],
  }),
  good('query?time=T-590&query=requests_total{code="500"}[15s]', {
    resultType: 'matrix',
    result: [
      {
        metric: code500,
        values: [
          ['T-600', '0'],
          ['T-590', '1'],
        ],
      },
    ],
  }),
  good('query?time=T+0&limit=1&query=sort_desc(requests_total)', vector([code200, '300']), cut),
  good('query?time=T+0&limit=2&query=sort_desc(requests_total)', vector([code200, '300'], [code500, '60'])),
  good('query?time=T+30&lookback_delta=20s&query=requests_total', {resultType: 'vector', result: []}),
  good('query?time=T+0&query=quantile(2, temperature)', vector([{}, '+Inf']), {
    warnings: ['PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)'],
  }),
  good('query?time=T+0&query=increase(gone[1m])', vector([{}, '0']), {
    infos: [
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "gone" (1:10)',
    ],
  }),
  bad('query', 'invalid parameter "query": unknown position: parse error: no expression found in input'),
  ...[
    ['sum(up, up)', '1:1', 'wrong number of arguments for aggregate expression provided, expected 1, got 2'],
    ['count_values(1, up)', '1:14', 'expected type string in aggregation parameter, got scalar'],
    ['up[5m] * 2', '1:1', 'binary expression must contain only scalar and instant vector types'],
    ['up and 1', '1:1', 'set operator "and" not allowed in binary scalar expression'],
    ['{a=""}', '1:1', 'vector selector must contain at least one non-empty matcher'],
    ['up[0s]', '1:4', 'duration must be greater than 0'],
    ["up{a='b}", '1:6', 'unterminated quoted string'],
  ].map(([query, place, problem]) =>
    bad(`query?query=${query}`, `invalid parameter "query": ${place}: parse error: ${problem}`),
  ),
  bad('query?query=foo(up)', 'invalid parameter "query": 1:1: parse error: unknown function with name "foo"'),
  bad(
    'query?query=rate(up)',
    'invalid parameter "query": 1:6: parse error: expected type range vector in call to function "rate", got instant vector',
  ),
  bad(
    'query?query=1&time=x',
    `invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp`,
  ),
  bad(
    'query?query=1&time=constructor',
    `invalid parameter "time": invalid time value for 'time': cannot parse "constructor" to a valid timestamp`,
  ),
  bad(
    'query?query=1&time=0x10',
    `invalid parameter "time": invalid time value for 'time': cannot parse "0x10" to a valid timestamp`,
  ),
  bad('query?query=1&limit=x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'),
  bad('query?query=1&limit=-1', 'invalid parameter "limit": limit must be non-negative'),
  bad('query?query=1&timeout=x', 'invalid parameter "timeout": cannot parse "x" to a valid duration'),
  bad(
    'query?query=1&lookback_delta=x',
    'error parsing lookback delta duration: cannot parse "x" to a valid duration',
  ),
  unexecuted(
    'query?time=T+0&query=label_replace(requests_total, "code", "", "code", ".*")',
    'vector cannot contain metrics with the same labelset',
  ),
]

const matrix = (metric: object, ...values: [string, string][]): unknown => ({
  resultType: 'matrix',
  result: [{metric, values}],
})

export const rangeCases: ApiCase[] = [
  good(
    'query_range?start=T-20&end=T+0&step=10&query=requests_total{code="500"}',
    matrix(code500, ['T-20', '58'], ['T-10', '59'], ['T+0', '60']),
  ),
  good('query_range?start=1&end=2&step=500ms&query=1e-7', {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [1, '1e-07'],
          [1.5, '1e-07'],
          [2, '1e-07'],
        ],
      },
    ],
  }),
  good(
    'query_range?start=T-20&end=T+0&step=10s&query=gone',
    matrix({__name__: 'gone'}, ['T-20', '1'], ['T-10', '1']),
  ),
  good('query_range?start=T-20&end=T+0&step=10&query=nothing', {resultType: 'matrix', result: []}),
  good(
    'query_range?start=T+0&end=T+0&step=10&limit=1&query=requests_total',
    matrix(code200, ['T+0', '300']),
    cut,
  ),
  bad('query_range?query=1', 'invalid parameter "start": cannot parse "" to a valid timestamp'),
  bad('query_range?query=1&start=5', 'invalid parameter "end": cannot parse "" to a valid timestamp'),
  bad(
    'query_range?query=1&start=5&end=1&step=1',
    'invalid parameter "end": end timestamp must not be before start time',
  ),
  bad('query_range?query=1&start=5&end=10', 'invalid parameter "step": cannot parse "" to a valid duration'),
  bad(
    'query_range?query=1&start=5&end=10&step=-1s',
    'invalid parameter "step": cannot parse "-1s" to a valid duration',
  ),
  bad(
    'query_range?query=1&start=5&end=10&step=1e300',
    'invalid parameter "step": cannot parse "1e300" to a valid duration. It overflows int64',
  ),
  bad(
    'query_range?query=1&start=5&end=10&step=0',
    'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
  ),
  bad(
    'query_range?query=1&start=0&end=11001&step=1',
    'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
  ),
  bad(
    'query_range?query=up[1m]&start=0&end=1&step=1',
    'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
  ),
  bad(
    'query_range?query="x"&start=0&end=1&step=1',
    'invalid parameter "query": invalid expression type "string" for range query, must be Scalar or instant Vector',
  ),
]

const names = ['gone', 'latency_seconds_bucket', 'name.with.dots', 'odd', 'requests_total', 'restarted_total']
const labelNames = ['__name__', 'code', 'job', 'label.with.dots', 'le', 'n', 'room']

export const seriesCases: ApiCase[] = [
  good('series?match[]=requests_total', [code200, code500]),
  good('series?match[]=requests_total&match[]={code="200"}', [code200, code500]),
  good('series?match[]=requests_total{code="500"}&start=T-30&end=T+0', [code500]),
  good('series?match[]={"name.with.dots"}&start=T-6&end=T-5', [
    {__name__: 'name.with.dots', 'label.with.dots': 'x'},
  ]),
  good('series?match[]={"name.with.dots"}&start=T-4', []),
  good('series?match[]={"name.with.dots"}&end=T-6', []),
  good('series?match[]=nothing', []),
  good('series?match[]=gone&start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z', [
    {__name__: 'gone'},
  ]),
  good('label/constructor/values', []),
  bad('series', 'no match[] parameter provided'),
  bad(
    'series?match[]={a=""}',
    'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
  ),
  bad(
    'series?match[]=up&start=x',
    `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
  ),
  good('labels', labelNames),
  good('labels?match[]=requests_total', ['__name__', 'code', 'job']),
  good('labels?limit=2', labelNames.slice(0, 2), cut),
  bad('labels?match[]={a=""}', 'match[] must contain at least one non-empty matcher'),
  bad('labels?limit=-1', 'invalid parameter "limit": limit must be non-negative'),
  good('label/__name__/values', [...names, 'temperature']),
  good('label/code/values', ['200', '500']),
  good('label/code/values?match[]=odd', []),
  good('label/code/values?limit=1', ['200'], cut),
  good('label/label.with.dots/values', ['x']),
  good('label/U__label_2e_with_2e_dots/values', ['x']),
  good('label/nothing/values', []),
  good('metadata', {}),
  bad('metadata?limit=x', 'limit must be a number'),
  bad('metadata?limit_per_metric=x', 'limit_per_metric must be a number'),
  good('targets', {activeTargets: [], droppedTargets: [], droppedTargetCounts: {}}),
  good('rules', {groups: []}),
  good('alerts', {alerts: []}),
  good('query_exemplars?query=up&start=1&end=2', []),
]
