import {memoryStorage, neededRules, RuleEvaluation} from '../promql/index.js'
import type {RunRecord} from '../run/record.js'
import type {AlertingRule, RuleGroup} from '../scenarios/rules/rule.js'

/** What must be known of the rules. */
interface Needs {
  expressions?: string[]
  alerts?: string[]
}

/** The rules of a scenario over the samples of a record; each evaluation is made once. */
export class RuleBook {
  readonly groups: readonly RuleGroup[]
  readonly #record: RunRecord
  readonly #made = new Map<string, RuleEvaluation | undefined>()

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
    const key = JSON.stringify(needs)
    if (!this.#made.has(key)) this.#made.set(key, this.#evaluate(needs))
    return this.#made.get(key)
  }

  /** The rules of that alert; several may share a name. */
  alerts(name: string): AlertingRule[] {
    return this.groups.flatMap(({rules}) =>
      rules.filter((rule) => rule.kind === 'alert').filter(({alert}) => alert === name),
    )
  }

  #evaluate(needs: Needs): RuleEvaluation | undefined {
    const {series, header} = this.#record
    const held = new Set(series.map(({labels}) => labels['__name__']))
    const groups = neededRules(this.groups, needs)
      .map((group) => ({
        ...group,
        rules: group.rules.filter((rule) => rule.kind === 'alert' || !held.has(rule.record)),
      }))
      .filter(({rules}) => rules.length > 0)
    if (groups.length === 0) return undefined
    const firstMs = series.reduce((first, {t}) => Math.min(first, t[0] ?? first), Number.POSITIVE_INFINITY)
    const lastMs = series.reduce((last, {t}) => Math.max(last, t.at(-1) ?? last), Number.NEGATIVE_INFINITY)
    const options = {startMs: firstMs, sampleIntervalMs: header.sampleIntervalMs}
    const evaluation = new RuleEvaluation(groups, memoryStorage(series), options)
    if (lastMs >= firstMs) evaluation.advance(lastMs)
    return evaluation
  }
}
