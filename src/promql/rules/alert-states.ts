import {type Labels, labelsKey} from '../labels.js'
import type {AlertingRule} from './rule.js'

/** One alert at one evaluation. */
export interface ActiveAlert {
  labels: Labels
  state: 'pending' | 'firing'
  /** The evaluation at which its condition was first there. */
  activeAtMs: number
}

/**
 * The alerts of one rule from evaluation to evaluation, as Prometheus keeps them:
 *
 *   condition   ─────███████████████████─────────────
 *   state       ─────pending──firing────(firing)─────
 *                    ├──for──┤          ├ keep ┤
 */
export class AlertStates {
  readonly #rule: Pick<AlertingRule, 'forMs' | 'keepFiringMs'>
  readonly #active = new Map<string, ActiveAlert & {goneSinceMs?: number}>()

  constructor(rule: Pick<AlertingRule, 'forMs' | 'keepFiringMs'>) {
    this.#rule = rule
  }

  /** Takes the label sets that the condition has now, each once; returns all alerts that are not inactive. */
  step(found: readonly Labels[], atMs: number): ActiveAlert[] {
    const present = new Set(found.map(labelsKey))
    for (const labels of found) {
      const key = labelsKey(labels)
      const known = this.#active.get(key)
      if (known) delete known.goneSinceMs
      else this.#active.set(key, {labels, state: 'pending', activeAtMs: atMs})
    }
    for (const [key, alert] of this.#active) {
      if (!present.has(key) && !this.#isKept(alert, atMs)) this.#active.delete(key)
      else if (alert.state === 'pending' && atMs - alert.activeAtMs >= this.#rule.forMs)
        alert.state = 'firing'
    }
    return [...this.#active.values()].map(({labels, state, activeAtMs}) => ({labels, state, activeAtMs}))
  }

  #isKept(alert: ActiveAlert & {goneSinceMs?: number}, atMs: number): boolean {
    if (alert.state !== 'firing' || this.#rule.keepFiringMs === 0) return false
    alert.goneSinceMs ??= atMs
    return atMs - alert.goneSinceMs < this.#rule.keepFiringMs
  }
}
