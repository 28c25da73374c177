import type {Labels} from '../labels.js'
import {parseSelector} from '../selectors.js'
import {unquote} from '../syntax/strings.js'
import {type Point, parsePoints, parseTimeMs} from './values.js'

/** One line of a `load`, or of an expected result. */
export interface SeriesLine {
  labels: Labels
  points: Point[]
}

/** What a note or failure must say: anything, this text, or a text that this pattern matches. */
export interface Expected {
  text?: string
  pattern?: RegExp
}

export interface Expectations {
  fail?: Expected
  warn?: Expected
  info?: Expected
  noWarn: boolean
  noInfo: boolean
  ordered: boolean
  text?: string
  scalar?: Point
  /** The times of the points when an instant query answers with a range vector. */
  over?: Steps
  series: SeriesLine[]
}

/** The times of expected points. */
export interface Steps {
  startMs: number
  endMs: number
  stepMs: number
}

export interface Load {
  kind: 'load'
  line: number
  everyMs: number
  /** `load_with_nhcb`: the classic buckets are also loaded as native histograms. */
  alsoNative: boolean
  series: SeriesLine[]
  /** Series for which `series@st` lines give start timestamps, which Prometheus has as an experiment. */
  startTimestamps: Labels[]
}

export interface Evaluation {
  kind: 'eval'
  line: number
  expression: string
  at: {type: 'instant'; atMs: number} | ({type: 'range'} & Steps)
  expected: Expectations
}

/** Lines that are not of this language, or not of the part of it known here. */
export interface Unreadable {
  kind: 'unreadable'
  line: number
  /** The first line as written. */
  head: string
  reason: string
}

export type Command = Load | Evaluation | Unreadable | {kind: 'clear'; line: number}

const seriesForm =
  /^((?:[a-zA-Z_:][\w:]*)?(?:\{(?:[^"'`}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\})?)(?:\s+(.*))?$/s

const parseLabels = (text: string): Labels => {
  if (text === '{}') return {}
  const empty = /^([a-zA-Z_:][\w:]*)(?:\{\s*\})?$/.exec(text)
  if (empty) return {__name__: empty[1] ?? ''}
  return Object.fromEntries(parseSelector(text).map(({label, value}) => [label, value]))
}

const parseSeries = (line: string): SeriesLine => {
  const [, labels = '', points = ''] = seriesForm.exec(line) ?? []
  if (labels === '') throw new Error(`cannot read the series "${line}"`)
  return {labels: parseLabels(labels), points: parsePoints(points)}
}

/** The series of `series@st points`; the times themselves are not looked at. */
const startTimestampsOf = (line: string): Labels | undefined => {
  const [, series] = /^(\S.*?)@st\s/.exec(line) ?? []
  return series === undefined ? undefined : parseSeries(series).labels
}

const expectedText = (text: string): Expected => {
  const [, kind, rest = ''] = /^(msg|regex):\s*(.*)$/s.exec(text) ?? []
  if (kind === 'msg') return {text: rest}
  return kind === 'regex' ? {pattern: new RegExp(rest)} : {}
}

const stepsOf = (from = '', to = '', step = ''): Steps => ({
  startMs: parseTimeMs(from),
  endMs: parseTimeMs(to),
  stepMs: parseTimeMs(step),
})

const rangeVectorForm = /^vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/

const applyExpect = (expected: Expectations, kind: string, rest: string): void => {
  if (kind === 'fail') expected.fail = expectedText(rest)
  else if (kind === 'warn') expected.warn = expectedText(rest)
  else if (kind === 'info') expected.info = expectedText(rest)
  else if (kind === 'no_warn') expected.noWarn = true
  else if (kind === 'no_info') expected.noInfo = true
  else if (kind === 'ordered') expected.ordered = true
  else if (kind === 'range') expected.over = stepsOf(...(rangeVectorForm.exec(rest)?.slice(1) ?? []))
  else if (kind === 'string') expected.text = unquote(rest) ?? rest
  else throw new Error(`unknown expectation "${kind}"`)
}

const applyLine = (expected: Expectations, line: string): void => {
  const [, kind, rest = ''] = /^expect\s+(\w+)\s*(.*)$/s.exec(line) ?? []
  // Files of Prometheus 3.5 and before write the text of a failure like this.
  const [, form, wanted = ''] = /^expected_fail_(message|regexp)\s+(.*)$/s.exec(line) ?? []
  if (kind !== undefined) applyExpect(expected, kind, rest)
  else if (form !== undefined)
    expected.fail = form === 'message' ? {text: wanted} : {pattern: new RegExp(wanted)}
  else if (/^(?:[a-zA-Z_:][\w:]*|\{)/.test(line) && !/^[+-]?(?:nan|inf)$/i.test(line)) {
    expected.series.push(parseSeries(line))
  } else expected.scalar = parsePoints(line)[0] ?? 'missing'
}

const evalForm =
  /^eval(?:_(fail|warn|info|ordered))?\s+(?:instant\s+at\s+(\S+)|range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+))\s+(.*)$/s

const parseEval = (lines: string[], line: number): Evaluation => {
  const [head = '', ...body] = lines
  const [, old, at, from, to, step, expression = ''] = evalForm.exec(head) ?? []
  if (expression === '') throw new Error('not an evaluation')
  const expected: Expectations = {noWarn: false, noInfo: false, ordered: false, series: []}
  if (old) applyExpect(expected, old, '')
  for (const one of body) applyLine(expected, one)
  return {
    kind: 'eval',
    line,
    expression,
    expected,
    at:
      at === undefined
        ? {type: 'range', ...stepsOf(from, to, step)}
        : {type: 'instant', atMs: parseTimeMs(at)},
  }
}

const parseLoad = ([head = '', ...body]: string[], line: number): Load => {
  const [, native, every] = /^load(_with_nhcb)?\s+(\S+)$/.exec(head) ?? []
  if (every === undefined) throw new Error('not a load')
  return {
    kind: 'load',
    line,
    everyMs: parseTimeMs(every),
    alsoNative: native !== undefined,
    series: body.filter((one) => !startTimestampsOf(one)).map(parseSeries),
    startTimestamps: body.map(startTimestampsOf).filter((labels) => labels !== undefined),
  }
}

const parseCommand = (lines: string[], line: number): Command => {
  const [head = ''] = lines
  if (head === 'clear') return {kind: 'clear', line}
  try {
    return head.startsWith('load') ? parseLoad(lines, line) : parseEval(lines, line)
  } catch (cause) {
    return {kind: 'unreadable', line, head, reason: cause instanceof Error ? cause.message : String(cause)}
  }
}

/** Reads a file in promqltest's language into its commands; what cannot be read is one of them. */
export const parseCommands = (text: string): Command[] => {
  const blocks: {line: number; lines: string[]}[] = []
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return
    if (/^(?:load|eval|clear)/.test(line) && /^\S/.test(raw)) blocks.push({line: index + 1, lines: [line]})
    else blocks.at(-1)?.lines.push(line)
  })
  return blocks.map(({line, lines}) => parseCommand(lines, line))
}
