import {describe, expect, it} from 'vitest'
import {memoryStorage, PromqlError, parse} from '../../../src/promql/index.js'
import {scalarAt} from '../answers.js'

const errorOf = (expression: string): PromqlError => {
  try {
    parse(expression)
  } catch (error) {
    if (error instanceof PromqlError) return error
    throw error
  }
  throw new Error(`${expression} parses`)
}

const nothing = memoryStorage([])

describe('parse', () => {
  it.each([
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 3 ^ 2', -512],
    ['1 - 2 - 3', -4],
    ['2 * 3 % 4', 2],
    ['1 + 2 * 3', 7],
    ['1 == bool 1 + 1', 0],
    ['(1 == bool 1) + 1', 2],
    ['10 atan2 20 * 2', Math.atan2(10, 20) * 2],
    ['- - 3', 3],
    ['+3', 3],
    ['1e3', 1000],
    ['0x1F', 31],
    ['1_000.5', 1000.5],
    ['010', 8],
    ['1h30m', 5400],
    ['1m2s3ms', 62.003],
    ['5ms', 0.005],
    ['1y1w1d', 373 * 86_400],
    ['2.', 2],
    ['.5', 0.5],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['1 ^ NaN', 1],
    ['-1 ^ Inf', -1],
    ['(-1) ^ Inf', 1],
    ['7 % -4', 3],
    ['1 # one\n + 1', 2],
  ])('reads %s as %d', (expression, value) => {
    expect(scalarAt(nothing, expression)).toBe(value)
  })

  it.each([
    ['"a\\tb"', 'a\tb'],
    ["'it''s'", undefined],
    ['`raw\\n`', 'raw\\n'],
    ['"\\u00e9\\x41\\101"', 'éAA'],
    ['"\\xc3\\xa9"', 'é'],
    ['"# no comment"', '# no comment'],
  ])('unquotes %s', (literal, text) => {
    if (text === undefined) expect(() => parse(literal)).toThrow(PromqlError)
    else expect(parse(literal).root).toMatchObject({kind: 'string', value: text})
  })

  it.each([
    ['', 'syntax', 1, 1, 'no expression found in input'],
    ['rat(a[5m])', 'syntax', 1, 1, 'unknown function with name "rat", did you mean "rate"?'],
    [
      'sum(\n  avg_overtime(a[5m]))',
      'syntax',
      2,
      3,
      'unknown function with name "avg_overtime", did you mean "avg_over_time"?',
    ],
    ['blurb(1)', 'syntax', 1, 1, 'unknown function with name "blurb"'],
    ['sum(a', 'syntax', 1, 4, 'unclosed left parenthesis'],
    ['a{b="c"', 'syntax', 1, 2, 'unclosed left brace'],
    ['rate(a[5m)', 'syntax', 1, 10, "unexpected right parenthesis inside left bracket '['"],
    ['a{b="c"}}', 'syntax', 1, 9, "unexpected right brace '}'"],
    ['a{b="c}', 'syntax', 1, 5, 'unterminated quoted string'],
    ['a b', 'syntax', 1, 3, 'unexpected identifier "b"'],
    ['a{b=}', 'syntax', 1, 5, 'unexpected "}"'],
    ['a / on (x) group_left (rate(b[5m]))', 'syntax', 1, 28, 'unexpected "("'],
    ['1 +', 'syntax', 1, 4, 'unexpected end of input'],
    ['a{b=~"("}', 'syntax', 1, 3, 'error parsing regexp: missing closing ): `(`'],
    [
      'a{b="c", d!~"(?=x)"}',
      'syntax',
      1,
      10,
      'error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
    ],
    ['a[0s]', 'syntax', 1, 3, 'duration must be greater than 0'],
    ['x{__name__="y"}', 'syntax', 1, 1, 'metric name must not be set twice: "x" or "y"'],
    [
      '(a + b) offset 5m',
      'syntax',
      1,
      1,
      'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    ],
    ['rate(a)', 'type', 1, 6, 'expected type range vector in call to function "rate", got instant vector'],
    ['rate()', 'type', 1, 1, 'expected 1 argument in call to "rate", got 0'],
    ['label_join(a, "b")', 'type', 1, 1, 'expected at least 3 arguments in call to "label_join", got 2'],
    ['1 > 2', 'type', 1, 1, 'comparisons between scalars must use BOOL modifier'],
    ['a + bool b', 'type', 1, 1, 'bool modifier can only be used on comparison operators'],
    ['a and 1', 'type', 1, 1, 'set operator "and" not allowed in binary scalar expression'],
    ['1 + on(x) a', 'type', 1, 1, 'vector matching only allowed between instant vectors'],
    ['a and on(x) group_left b', 'type', 1, 1, 'no grouping allowed for "and" operation'],
    ['a * on(x) group_left(x) b', 'type', 1, 1, 'label "x" must not occur in ON and GROUP clause at once'],
    ['{a=~".*"}', 'type', 1, 1, 'vector selector must contain at least one non-empty matcher'],
    ['sum(1)', 'type', 1, 5, 'expected type instant vector in aggregation expression, got scalar'],
    ['a + b[5m:1m]', 'type', 1, 5, 'binary expression must contain only scalar and instant vector types'],
    ['b[5m:][5m:]', 'type', 1, 1, 'subquery is only allowed on instant vector, got range vector instead'],
    ['info(a)', 'unsupported', 1, 1, 'info() is not supported: it is experimental in Prometheus'],
    [
      'holt_winters(a[5m], 0.5, 0.5)',
      'unsupported',
      1,
      1,
      'holt_winters() is not supported: Prometheus 3 has it as double_exponential_smoothing only, which is experimental',
    ],
    ['2 * min_of(3, 5)', 'unsupported', 1, 5, 'min_of() is not supported: it is experimental in Prometheus'],
    [
      'histogram_avg(a)',
      'unsupported',
      1,
      1,
      'histogram_avg() is not supported: native histograms are not supported',
    ],
    [
      'rate(a[5m] smoothed)',
      'unsupported',
      1,
      6,
      'the modifier "smoothed" is experimental and not supported',
    ],
    ['a[5m + 1m]', 'unsupported', 1, 3, 'arithmetic on durations is experimental and not supported'],
    ['a + fill(0) b', 'unsupported', 1, 5, '"fill(0)" is experimental and not supported'],
    ['limitk(1, a)', 'unsupported', 1, 1, 'limitk is experimental and not supported'],
  ] as const)('refuses %j', (expression, kind, line, column, message) => {
    const error = errorOf(expression)
    expect({
      kind: error.kind,
      line: error.position.line,
      column: error.position.column,
      message: error.message,
    }).toEqual({
      kind,
      line,
      column,
      message,
    })
  })

  it('shows the line with a caret under what is wrong', () => {
    expect(errorOf('sum(\n  rate(up)\n)').excerpt).toBe('  rate(up)\n       ^^')
  })

  it('gives a modifier behind an operator to the last operand', () => {
    expect(parse('a + b offset 5m').root).toMatchObject({
      left: {offsetMs: 0},
      right: {offsetMs: 300_000},
    })
    expect(parse('-a @ 7').root).toMatchObject({kind: 'unary', of: {at: 7000}})
  })
})
