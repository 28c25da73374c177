/** A group of a Prometheus rule file, as read. `src/promql/rules` evaluates it. */
export interface RuleGroup {
  name: string
  /** Where it came from, as the user named it. */
  file: string
  intervalMs?: number
  limit?: number
  rules: Rule[]
}

export type Rule = RecordingRule | AlertingRule

interface RuleBase {
  expr: string
  /** Values with templates in them are left out. */
  labels: Record<string, string>
  /** `rules/checkout.yaml:14` */
  place: string
}

export interface RecordingRule extends RuleBase {
  kind: 'record'
  record: string
}

export interface AlertingRule extends RuleBase {
  kind: 'alert'
  alert: string
  forMs: number
  keepFiringMs: number
}
