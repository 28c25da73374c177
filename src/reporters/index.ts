import {UserError} from '../errors.js'
import type {Reporter} from './reporter.js'

/** Every report there is, by the name the user types. */
export const reporters = {
  terminal: () => import('./terminal.js'),
  json: () => import('./json.js'),
  junit: () => import('./junit.js'),
  markdown: () => import('./markdown.js'),
  html: () => import('./html.js'),
  github: () => import('./github.js'),
  badge: () => import('./badge.js'),
  metrics: () => import('./metrics.js'),
} as const satisfies Record<string, () => Promise<{default: Reporter}>>

export type ReporterName = keyof typeof reporters

// Object.keys forgets the names; the table above is closed.
export const reporterNames = Object.keys(reporters) as ReporterName[]

const isReporter = (name: string): name is ReporterName => Object.hasOwn(reporters, name)

/** Loads one reporter. Throws UserError for a name that is none. */
export const loadReporter = async (name: string): Promise<Reporter> => {
  if (!isReporter(name)) {
    throw new UserError(`There is no report named ${name}`, {
      hint: `Reports are ${reporterNames.join(', ')}.`,
    })
  }
  return (await reporters[name]()).default
}
