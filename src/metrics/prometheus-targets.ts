import {parseSelector} from '../promql/index.js'

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The job that a selector names outright; `undefined` when it names none. */
const jobOf = (selector: string): string | undefined =>
  parseSelector(selector).find(({label, op}) => label === 'job' && op === '=')?.value

/**
 * The series that say whether the targets of these selectors are up: `up`, of their jobs when every selector names one.
 * A server scrapes thousands of targets that a scenario does not look at, some of them once in five minutes.
 */
export const upOf = (selectors: readonly string[]): string => {
  const jobs = selectors.filter((selector) => selector !== 'up').map(jobOf)
  const named = jobs.filter((job) => job !== undefined)
  if (named.length === 0 || named.length < jobs.length) return 'up'
  return `up{job=~${JSON.stringify([...new Set(named)].map(escaped).join('|'))}}`
}
