import {type Labels, labelsKey} from '../labels.js'
import type {Storage} from '../storage.js'
import type {Expression} from '../syntax/ast.js'
import {parse} from '../syntax/parse.js'
import {type ActiveAlert, AlertStates} from './alert-states.js'
import {DerivedSeries} from './derived-series.js'
import {type Rule, type RuleGroup, ruleName} from './rule.js'
import {runRule} from './run-rule.js'

export interface RuleOptions {
  /** No evaluation is before this time, in epoch ms. */
  startMs: number
  /** The usual time between two samples of a series: sets how often rules run, and how long a sample holds. */
  sampleIntervalMs: number
  /**
   * Live, what is older than this is forgotten, and not made up for after a pause: an hour asleep must not become an
   * hour of evaluations at once. A record is evaluated from end to end without it.
   */
  keepMs?: number
  /**
   * What the rules recorded, samples and evaluations of alerts, may be this many: when it is more, the oldest quarter of
   * the time covered is forgotten, and `forgottenUntilMs` tells. Default: no limit.
   */
  maxSamples?: number
}

/** Groups that name no interval: each sample is seen once, and none of many seconds costs more than it tells. */
const leastIntervalMs = 1000

/** A series without a sample for this many intervals is gone, be they of samples or of the rules that record it. */
const lookbackIntervals = {samples: 3, rules: 2}

/** What an alerting rule said at one evaluation. */
export interface AlertEvaluation {
  atMs: number
  active: ActiveAlert[]
  /** Why this evaluation has no answer; the alerts are then as they were. */
  failed?: string
}

/** A rule, and what is remembered of it from one evaluation to the next. */
interface RuleState {
  rule: Rule
  expression: Expression
  alerts: AlertStates | undefined
  /** The series of the evaluation before, which are marked as stale when they are gone. */
  before: Map<string, Labels>
  history: AlertEvaluation[]
  failures: {atMs: number; message: string}[]
}

interface GroupState {
  group: RuleGroup
  intervalMs: number
  nextMs: number
  rules: RuleState[]
}

const stateOf = (rule: Rule): RuleState => ({
  rule,
  expression: parse(rule.expr),
  alerts: rule.kind === 'alert' ? new AlertStates(rule) : undefined,
  before: new Map(),
  history: [],
  failures: [],
})

/**
 * Evaluates rule groups over stored samples as Prometheus does: at multiples of the group's interval, in order within
 * a group, so that a rule sees what those above it have just recorded; a series that is gone gets a staleness marker.
 * Groups that are due at the same time take their turns in the order given. Throws PromqlError for a bad expression.
 */
export class RuleEvaluation {
  readonly #groups: GroupState[]
  readonly #derived: DerivedSeries
  readonly #keepMs: number
  readonly #maxSamples: number
  #forgottenMs = 0
  #forgottenForRoomMs = Number.NEGATIVE_INFINITY
  /** How old an instant selector's sample may be: here, and in queries over `storage`. */
  readonly lookbackMs: number

  constructor(groups: readonly RuleGroup[], storage: Storage, options: RuleOptions) {
    this.#derived = new DerivedSeries(storage)
    this.#keepMs = options.keepMs ?? Number.POSITIVE_INFINITY
    this.#maxSamples = options.maxSamples ?? Number.POSITIVE_INFINITY
    this.#groups = groups.map((group) => {
      const intervalMs = group.intervalMs ?? Math.max(leastIntervalMs, options.sampleIntervalMs)
      // At multiples since 1970: the same times live and in a record, whenever one begins to look.
      const nextMs = Math.ceil(options.startMs / intervalMs) * intervalMs
      return {group, intervalMs, nextMs, rules: group.rules.map(stateOf)}
    })
    const longestMs = this.#groups.reduce((longest, {intervalMs}) => Math.max(longest, intervalMs), 0)
    const {samples, rules} = lookbackIntervals
    this.lookbackMs = Math.max(samples * options.sampleIntervalMs, rules * longestMs)
  }

  /** The samples, and over them everything that was recorded so far: `ALERTS` and `ALERTS_FOR_STATE` too. */
  get storage(): Storage {
    return this.#derived
  }

  /** Epoch ms before which something was forgotten for `maxSamples`; minus infinite when nothing was. */
  get forgottenUntilMs(): number {
    return this.#forgottenForRoomMs
  }

  /** Evaluates everything that is due at or before this time (epoch ms) and was not evaluated yet. */
  advance(toMs: number): void {
    this.#forget(toMs - this.#keepMs)
    for (;;) {
      const due = this.#groups.reduce<GroupState | undefined>(
        (first, group) => (first === undefined || group.nextMs < first.nextMs ? group : first),
        undefined,
      )
      if (due === undefined || due.nextMs > toMs) return
      for (const state of due.rules) this.#evaluate(state, due.group, due.nextMs)
      this.#makeRoom(due.nextMs)
      due.nextMs += due.intervalMs
    }
  }

  /** The evaluations so far of all rules with this alert's name, each rule by itself. */
  alerts(name: string): readonly AlertEvaluation[][] {
    return this.#states()
      .filter(({rule}) => rule.kind === 'alert' && rule.alert === name)
      .map(({history}) => history)
  }

  /** The newest failure, with `startMs < t <= endMs`, of each rule that had one, in words. */
  failures(startMs: number, endMs: number): string[] {
    return this.#states().flatMap(({rule, failures}) => {
      const last = failures.findLast(({atMs}) => atMs > startMs && atMs <= endMs)
      return last === undefined ? [] : [`${ruleName(rule)}: ${last.message}`]
    })
  }

  /** Evaluations that would be older are left out; what is older is dropped, now and then. */
  #forget(beforeMs: number): void {
    if (!Number.isFinite(beforeMs)) return
    for (const group of this.#groups) {
      const missed = Math.ceil((beforeMs - group.nextMs) / group.intervalMs)
      if (missed > 0) group.nextMs += missed * group.intervalMs
    }
    if (beforeMs < this.#forgottenMs + this.#keepMs) return
    this.#forgottenMs = beforeMs
    this.#drop(beforeMs)
  }

  #drop(beforeMs: number): void {
    this.#derived.forget(beforeMs)
    for (const state of this.#states()) {
      state.history = state.history.filter(({atMs}) => atMs >= beforeMs)
      state.failures = state.failures.filter(({atMs}) => atMs >= beforeMs)
    }
  }

  #makeRoom(nowMs: number): void {
    if (!Number.isFinite(this.#maxSamples)) return
    const states = this.#states()
    const held = states.reduce((sum, {history}) => sum + history.length, this.#derived.samples)
    if (held <= this.#maxSamples) return
    const firsts = states.flatMap(({history}) => history[0]?.atMs ?? [])
    const oldestMs = Math.min(this.#derived.oldestMs(), ...firsts)
    // Beyond the oldest by a millisecond at least: what covers no time at all must go, too.
    this.#forgottenForRoomMs = Math.max(oldestMs + 1, oldestMs + (nowMs - oldestMs) / 4)
    this.#drop(this.#forgottenForRoomMs)
  }

  #states(): RuleState[] {
    return this.#groups.flatMap(({rules}) => rules)
  }

  #evaluate(state: RuleState, {limit}: RuleGroup, atMs: number): void {
    const options = {limit, lookbackMs: this.lookbackMs}
    const answer = runRule(state.rule, state.expression, this.#derived, atMs, options)
    if ('failed' in answer) {
      state.failures.push({atMs, message: answer.failed})
      state.history.push({atMs, active: state.history.at(-1)?.active ?? [], failed: answer.failed})
      return
    }
    if (state.alerts) {
      const found = answer.samples.map(({labels}) => labels)
      const active = state.alerts.step(found, atMs)
      state.history.push({atMs, active})
      this.#record(state, active.flatMap(alertSamples), atMs)
    } else this.#record(state, answer.samples, atMs)
  }

  #record(state: RuleState, samples: readonly {labels: Labels; value: number}[], atMs: number): void {
    const now = new Map(samples.map(({labels}) => [labelsKey(labels), labels]))
    for (const {labels, value} of samples) this.#derived.append(labels, atMs, value)
    for (const [key, labels] of state.before) if (!now.has(key)) this.#derived.append(labels, atMs, null)
    state.before = now
  }
}

/** The two series that Prometheus writes for each alert that is not inactive. */
const alertSamples = ({labels, state, activeAtMs}: ActiveAlert): {labels: Labels; value: number}[] => [
  {labels: {...labels, __name__: 'ALERTS', alertstate: state}, value: 1},
  {labels: {...labels, __name__: 'ALERTS_FOR_STATE'}, value: activeAtMs / 1000},
]
