import {PromqlError} from '../errors.js'
import {type EvaluateOptions, evaluateInstant} from '../evaluate/query.js'
import {type Labels, labelsKey, withoutName} from '../labels.js'
import type {Storage} from '../storage.js'
import type {Expression} from '../syntax/ast.js'
import type {Rule} from './rule.js'

/** What a rule's expression answered, with the labels that the rule gives. */
export type RuleAnswer = {samples: {labels: Labels; value: number}[]} | {failed: string}

/** The rule's labels come last; an empty one takes a label away. */
const labelled = (labels: Labels, rule: Rule): Labels => {
  const own = rule.kind === 'record' ? {__name__: rule.record} : {}
  const alertname = rule.kind === 'alert' ? {alertname: rule.alert} : {}
  const all = {...withoutName(labels), ...own, ...rule.labels, ...alertname}
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

const answered = (
  expression: Expression,
  storage: Storage,
  atMs: number,
  options: EvaluateOptions,
): RuleAnswer => {
  const {value} = evaluateInstant(expression, storage, atMs, options)
  if (value.type === 'scalar') return {samples: [{labels: {}, value: value.value}]}
  if (value.type === 'vector') return {samples: value.samples}
  return {failed: 'its expression answers neither a vector nor a number'}
}

/**
 * Evaluates a rule's expression at one time. What has no well-defined answer (two series with the same labels, more
 * than `limit`) is a failure of this evaluation, with its reason, as in Prometheus.
 */
export const runRule = (
  rule: Rule,
  expression: Expression,
  storage: Storage,
  atMs: number,
  {limit = 0, ...options}: EvaluateOptions & {limit?: number | undefined},
): RuleAnswer => {
  try {
    const answer = answered(expression, storage, atMs, options)
    if ('failed' in answer) return answer
    const samples = answer.samples.map(({labels, value}) => ({labels: labelled(labels, rule), value}))
    if (new Set(samples.map(({labels}) => labelsKey(labels))).size < samples.length) {
      return {failed: 'two of its series have the same labels once the labels of the rule are set'}
    }
    if (limit > 0 && samples.length > limit) {
      return {failed: `it answers ${samples.length} series, and the limit of its group is ${limit}`}
    }
    return {samples}
  } catch (error) {
    if (error instanceof PromqlError) return {failed: error.message}
    throw error
  }
}
