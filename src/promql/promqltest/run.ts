import {PromqlError} from '../errors.js'
import {evaluateInstant, evaluateRange} from '../evaluate/query.js'
import {selectorsOf} from '../selectors.js'
import type {Storage} from '../storage.js'
import type {Expression} from '../syntax/ast.js'
import {parse} from '../syntax/parse.js'
import {type Evaluation, type Expected, parseCommands} from './commands.js'
import {compareInstant, compareNotes, compareRange} from './compare.js'
import {createDataset, type Dataset} from './dataset.js'
import {pinned} from './pinned.js'

/** What became of one `eval`. One that is left out was not evaluated, or not to the end, and never counts as passed. */
export interface Outcome {
  line: number
  expression: string
  result: 'passed' | 'failed' | 'left out'
  /** Why it failed or was left out. */
  reason?: string
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Evaluates in range mode around the instant and takes the middle step: both modes must agree. */
const againAsRange = (
  expression: Expression,
  storage: Storage,
  atMs: number,
  expected: Evaluation['expected'],
) => {
  // A range query sorts by labels and has no strings.
  if (expected.ordered || expression.type === 'string' || expression.type === 'range') return undefined
  const {value} = evaluateRange(expression, storage, {
    startMs: atMs - minuteMs,
    endMs: atMs + minuteMs,
    stepMs: minuteMs,
  })
  const middle = value.series.flatMap(({labels, t, v}) => {
    const index = t.indexOf(atMs)
    return index < 0 ? [] : [{labels, value: v[index] ?? Number.NaN, tMs: atMs}]
  })
  const [scalar] = middle
  const difference =
    expression.type === 'scalar' && scalar
      ? compareInstant({type: 'scalar', value: scalar.value}, expected)
      : compareInstant({type: 'vector', samples: middle}, expected)
  return difference && `in range mode: ${difference}`
}

/** Evaluates at another time with the right one written into every selector by `@`. */
const againPinned = (
  expression: Expression,
  storage: Storage,
  atMs: number,
  expected: Evaluation['expected'],
) => {
  const fixed = pinned(expression, atMs)
  const difference = fixed && compareInstant(evaluateInstant(fixed, storage, atMs + hourMs).value, expected)
  return difference && `with @ at another time: ${difference}`
}

const evaluate = (
  {at, expected}: Evaluation,
  expression: Expression,
  storage: Storage,
): string | undefined => {
  if (at.type === 'range') {
    const answer = evaluateRange(expression, storage, at)
    return expected.fail
      ? 'expected a failure'
      : (compareRange(answer.value, at, expected) ?? compareNotes(answer, expected))
  }
  const answer = evaluateInstant(expression, storage, at.atMs)
  if (expected.fail) return 'expected a failure'
  return (
    compareInstant(answer.value, expected) ??
    compareNotes(answer, expected) ??
    againAsRange(expression, storage, at.atMs, expected) ??
    againPinned(expression, storage, at.atMs, expected)
  )
}

const failsAsExpected = (error: PromqlError, {text, pattern}: Expected): string | undefined => {
  if (text !== undefined && error.message !== text)
    return `expected failure "${text}", got "${error.message}"`
  return pattern && !pattern.test(error.message)
    ? `expected failure ${pattern}, got "${error.message}"`
    : undefined
}

const expectsHistogram = ({expected}: Evaluation): boolean =>
  expected.scalar === 'histogram' || expected.series.some(({points}) => points.includes('histogram'))

const judge = (evaluation: Evaluation, data: Dataset): Pick<Outcome, 'result' | 'reason'> => {
  try {
    const expression = parse(evaluation.expression)
    const touchesNative = selectorsOf(expression).some(({matchers}) => data.touchesNative(matchers))
    if (touchesNative || expectsHistogram(evaluation))
      return {result: 'left out', reason: 'native histograms'}
    const difference = evaluate(evaluation, expression, data.storage())
    return difference === undefined ? {result: 'passed'} : {result: 'failed', reason: difference}
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error
    if (error.kind === 'unsupported') return {result: 'left out', reason: error.message}
    if (!evaluation.expected.fail) return {result: 'failed', reason: `${error.kind} error: ${error.message}`}
    const difference = failsAsExpected(error, evaluation.expected.fail)
    return difference === undefined ? {result: 'passed'} : {result: 'failed', reason: difference}
  }
}

/** Runs a file in promqltest's language: `load`, `clear` and `eval` in order. Every instant is also run as a range, and with `@`. */
export const runPromqlTest = (text: string): Outcome[] => {
  const data = createDataset()
  const outcomes: Outcome[] = []
  for (const command of parseCommands(text)) {
    if (command.kind === 'load') data.load(command)
    else if (command.kind === 'clear') data.clear()
    else {
      const {line, expression} = command
      outcomes.push({line, expression, ...judge(command, data)})
    }
  }
  return outcomes
}
