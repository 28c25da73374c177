import type {Labels} from '../labels.js'

/** Rules that are evaluated one after another at the same times: as in a rule file of Prometheus, read. */
export interface RuleGroup {
  name: string
  /** Time between two evaluations; the evaluation's default when left out. */
  intervalMs?: number
  /** More series (or alerts) than this from one rule are an error of that evaluation; 0 or absent: no limit. */
  limit?: number
  rules: Rule[]
}

export type Rule = RecordingRule | AlertingRule

/** Stores what `expr` answers as the series `record`. */
export interface RecordingRule {
  kind: 'record'
  record: string
  expr: string
  /** Set on every series; an empty value takes the label away. */
  labels: Labels
}

/** Fires for each series of `expr` that has been there for `forMs`. */
export interface AlertingRule {
  kind: 'alert'
  alert: string
  expr: string
  forMs: number
  /** How long it goes on firing after its condition is gone. */
  keepFiringMs: number
  labels: Labels
}

/** What a rule is called in messages. */
export const ruleName = (rule: Rule): string => (rule.kind === 'record' ? rule.record : rule.alert)
