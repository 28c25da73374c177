/** PromQL: parse an expression, evaluate it over stored samples. Imports nothing else of ours, touches nothing. */
export {durationText} from './duration.js'
export {PromqlError} from './errors.js'
export {
  type EvaluateOptions,
  evaluateInstant,
  evaluateRange,
  type Matrix,
  type RangeOptions,
  type Value,
} from './evaluate/query.js'
export {formatNumber} from './format.js'
export {isLabelName} from './labels.js'
export {compileMatchers, matches} from './matchers.js'
export {memoryStorage} from './memory-storage.js'
export {type AlertEvaluation, RuleEvaluation} from './rules/evaluation.js'
export {neededRules, rulesBehind} from './rules/needs.js'
export type {RuleGroup} from './rules/rule.js'
export {unansweredBy} from './rules/unanswered.js'
export {parseSelector, selectorsOf} from './selectors.js'
export {divisorsOf} from './shapes.js'
export type {Matcher, Storage} from './storage.js'
export type {Expression} from './syntax/ast.js'
export {parseDuration} from './syntax/literals.js'
export {parse} from './syntax/parse.js'
export {formatExpression} from './syntax/print.js'
