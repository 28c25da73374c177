import {PromqlError} from '../errors.js'
import {evaluateInstant, evaluateRange} from '../evaluate/query.js'
import {selectorsOf} from '../selectors.js'
import type {Storage} from '../storage.js'
import type {Expression} from '../syntax/ast.js'
import {parse} from '../syntax/parse.js'
import {type Evaluation, type Expected, parseCommands, type Unreadable} from './commands.js'
import {compareInstant, compareNotes, compareRange} from './compare.js'
import {createDataset, type Dataset} from './dataset.js'
import {needsDelayedNameFlag, needsTypeAndUnitFlag} from './feature-flags.js'
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

/** The first difference, or that a feature flag decides it. */
const evaluate = (
  {at, expected}: Evaluation,
  expression: Expression,
  storage: Storage,
): Pick<Outcome, 'result' | 'reason'> => {
  if (at.type === 'range') {
    const answer = evaluateRange(expression, storage, at)
    const flag = needsTypeAndUnitFlag(answer)
    if (flag !== undefined) return {result: 'left out', reason: flag}
    return asOutcome(
      expected.fail
        ? 'expected a failure'
        : (compareRange(answer.value, at, expected) ?? compareNotes(answer, expected)),
      needsDelayedNameFlag(expression),
    )
  }
  const answer = evaluateInstant(expression, storage, at.atMs)
  const flag = needsTypeAndUnitFlag(answer)
  if (flag !== undefined) return {result: 'left out', reason: flag}
  if (expected.fail) return asOutcome('expected a failure')
  return asOutcome(
    compareInstant(answer.value, expected) ??
      compareNotes(answer, expected) ??
      againAsRange(expression, storage, at.atMs, expected) ??
      againPinned(expression, storage, at.atMs, expected),
    needsDelayedNameFlag(expression),
  )
}

/** `flag`: why a difference is none that counts. */
const asOutcome = (difference: string | undefined, flag?: string): Pick<Outcome, 'result' | 'reason'> => {
  if (difference === undefined) return {result: 'passed'}
  return flag === undefined ? {result: 'failed', reason: difference} : {result: 'left out', reason: flag}
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

const outcomeOf = (
  error: PromqlError,
  {expected}: Evaluation,
  expression: Expression | undefined,
): Pick<Outcome, 'result' | 'reason'> => {
  if (error.kind === 'unsupported') return {result: 'left out', reason: error.message}
  if (expected.fail) return asOutcome(failsAsExpected(error, expected.fail))
  return asOutcome(
    `${error.kind} error: ${error.message}`,
    expression && needsDelayedNameFlag(expression, error),
  )
}

const judge = (evaluation: Evaluation, data: Dataset): Pick<Outcome, 'result' | 'reason'> => {
  let expression: Expression | undefined
  try {
    expression = parse(evaluation.expression)
    const [reason = expectsHistogram(evaluation) ? 'native histograms' : undefined] = selectorsOf(
      expression,
    ).flatMap(({matchers}) => data.unsupported(matchers) ?? [])
    if (reason !== undefined) return {result: 'left out', reason}
    return evaluate(evaluation, expression, data.storage())
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error
    return outcomeOf(error, evaluation, expression)
  }
}

/**
 * Runs a file in promqltest's language: `load`, `clear` and `eval` in order. Every instant is also run as a range, and
 * with `@`. A line that cannot be read fails, and so does everything that is asked of a load that cannot be read.
 */
export const runPromqlTest = (text: string): Outcome[] => {
  const data = createDataset()
  const outcomes: Outcome[] = []
  let broken: Unreadable | undefined
  for (const command of parseCommands(text)) {
    if (command.kind === 'clear') {
      data.clear()
      broken = undefined
    } else if (command.kind === 'load') data.load(command)
    else if (command.kind === 'unreadable') {
      const {line, head, reason} = command
      if (head.startsWith('load')) broken = command
      outcomes.push({line, expression: head, result: 'failed', reason: `not readable: ${reason}`})
    } else {
      const {line, expression} = command
      const reason = broken && `the load of line ${broken.line} is not readable`
      outcomes.push({line, expression, ...(reason ? asOutcome(reason) : judge(command, data))})
    }
  }
  return outcomes
}
