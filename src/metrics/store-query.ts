import {UserError} from '../errors.js'
import {evaluateInstant, PromqlError, parseSelector, type RuleEvaluation} from '../promql/index.js'
import type {Matcher, Storage} from '../promql/storage.js'
import type {Answer, QueryResult, Series} from './source.js'
import type {MetricStore} from './store.js'

/** Runs `evaluate`, and turns what is wrong with an expression into an error that shows where. */
export const explain = <T>(evaluate: () => T): T => {
  try {
    return evaluate()
  } catch (cause) {
    if (!(cause instanceof PromqlError)) throw cause
    throw new UserError(`${cause.message}\n${cause.excerpt}`, {
      hint: `Correct the expression at line ${cause.position.line}, column ${cause.position.column}.`,
      cause,
    })
  }
}

const answersOf = (value: ReturnType<typeof evaluateInstant>['value']): Answer[] => {
  switch (value.type) {
    case 'scalar':
      return [{labels: {}, value: value.value}]
    case 'vector':
      return value.samples.map(({labels, value: sample}) => ({labels, value: sample}))
    case 'matrix':
      throw new UserError('A range of samples is no answer to judge.', {
        hint: 'Wrap it in a function of ranges, such as max_over_time(…) or increase(…).',
      })
    case 'string':
      throw new UserError('A text is no answer to judge.', {hint: 'Ask for a number or a vector.'})
  }
}

/**
 * Evaluates an expression over a store, or what is laid over it as `storage`, which forgot what is before
 * `forgottenUntilMs`. Throws UserError, with the place, for one
 * that has no answer, and what `spend` throws, which is called throughout.
 */
export const queryStore = (
  store: MetricStore,
  expression: string,
  atMs: number,
  {
    lookbackMs,
    storage: over = store,
    forgottenUntilMs = Number.NEGATIVE_INFINITY,
    spend,
  }: {lookbackMs?: number; storage?: Storage; forgottenUntilMs?: number; spend?: () => void} = {},
): QueryResult => {
  let oldestReadMs = Number.POSITIVE_INFINITY
  const storage: Storage = {
    select: (matchers: Matcher[], fromMs: number, toMs: number) => {
      oldestReadMs = Math.min(oldestReadMs, fromMs)
      return over.select(matchers, fromMs, toMs)
    },
  }
  const options = {...(lookbackMs !== undefined && {lookbackMs}), ...(spend && {spend})}
  const {value, warnings, infos} = explain(() => evaluateInstant(expression, storage, atMs, options))
  const droppedUntilMs = Math.max(store.totals().droppedUntilMs, forgottenUntilMs)
  const incomplete =
    oldestReadMs < droppedUntilMs
      ? [
          `samples up to ${new Date(droppedUntilMs).toISOString()} were forgotten to stay within the memory limit`,
        ]
      : []
  return {answers: answersOf(value), warnings: [...warnings, ...incomplete], infos}
}

/** An answer over what rules record is in doubt when one of them failed just now. */
export const withFailures = (result: QueryResult, evaluation: RuleEvaluation, atMs: number): QueryResult => {
  const failures = evaluation.failures(atMs - evaluation.lookbackMs, atMs)
  return {...result, warnings: [...result.warnings, ...failures.map((failure) => `the rule ${failure}`)]}
}

/** Raw samples with `fromMs < t <= toMs` of what the selector matches, all of the store without one. Copies. */
export const samplesOfStore = (
  store: MetricStore,
  selector: string | undefined,
  fromMs: number,
  toMs: number,
): Series[] => {
  const matchers = selector === undefined ? [] : explain(() => parseSelector(selector))
  return store
    .select(matchers, fromMs, toMs)
    .map(({labels, t, v}) => ({labels, t: Array.from(t), v: Array.from(v)}))
}
