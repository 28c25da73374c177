import {type RuleGroup as Evaluable, memoryStorage, neededRules, RuleEvaluation} from '../promql/index.js'
import type {RunRecord} from '../run/record.js'
import type {AlertingRule, RuleGroup} from '../scenarios/rules/rule.js'

/** What must be known of the rules. */
interface Needs {
  expressions?: string[]
  alerts?: string[]
}

/** The rules of a scenario over the samples of a record. What was evaluated for one question serves the others. */
export class RuleBook {
  readonly groups: readonly RuleGroup[]
  readonly #record: RunRecord
  readonly #made: {rules: ReadonlySet<unknown>; evaluation: RuleEvaluation}[] = []

  constructor(record: RunRecord, groups: readonly RuleGroup[] = record.header.plan.scenario.rules ?? []) {
    this.#record = record
    this.groups = groups
  }

  /**
   * The rules that are needed, evaluated from the first sample to the last; undefined when none is. What a Prometheus
   * has recorded itself, and the record holds, is left as it is. Throws PromqlError for an expression that is none.
   */
  evaluation(needs: Needs): RuleEvaluation | undefined {
    if (this.groups.length === 0) return undefined
    const groups = this.#ours(neededRules(this.groups, needs))
    const needed = groups.flatMap(({rules}) => rules)
    if (needed.length === 0) return undefined
    const {series, header} = this.#record
    const {firstMs, lastMs} = spanOf(series)
    const options = {startMs: firstMs, sampleIntervalMs: header.sampleIntervalMs}
    const evaluation = new RuleEvaluation(groups, memoryStorage(series), options)
    const known = this.#made.find(
      (made) =>
        // Other rules must not change an answer by their longer intervals.
        made.evaluation.lookbackMs === evaluation.lookbackMs && needed.every((rule) => made.rules.has(rule)),
    )
    if (known) return known.evaluation
    if (lastMs >= firstMs) evaluation.advance(lastMs)
    this.#made.push({rules: new Set(needed), evaluation})
    return evaluation
  }

  /** The rules of that alert; several may share a name. */
  alerts(name: string): AlertingRule[] {
    return this.groups.flatMap(({rules}) =>
      rules.filter((rule) => rule.kind === 'alert').filter(({alert}) => alert === name),
    )
  }

  /** Without the rules whose series the record holds. */
  #ours(groups: readonly Evaluable[]): Evaluable[] {
    const held = new Set(this.#record.series.map(({labels}) => labels['__name__']))
    const isOurs = (rule: Evaluable['rules'][number]): boolean =>
      rule.kind === 'alert' || !held.has(rule.record)
    return groups
      .map((group) => ({...group, rules: group.rules.filter(isOurs)}))
      .filter(({rules}) => rules.length > 0)
  }
}

/** First and last sample; the other way round when there is none. */
const spanOf = (series: RunRecord['series']): {firstMs: number; lastMs: number} => ({
  firstMs: series.reduce((first, {t}) => Math.min(first, t[0] ?? first), Number.POSITIVE_INFINITY),
  lastMs: series.reduce((last, {t}) => Math.max(last, t.at(-1) ?? last), Number.NEGATIVE_INFINITY),
})
