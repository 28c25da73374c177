import {parseDuration} from './quantities.js'
import {isRecord} from './shapes.js'
import type {Vocabulary} from './vocabulary.js'
import type {Path} from './yaml-file.js'

/** A problem that only shows when two parts of the file are seen together. */
export interface Finding {
  path: Path
  message: string
  /** A warning does not stop the run. */
  severity: 'error' | 'warning'
}

/**
 * The checks look at the file as written, not at what the schema made of it:
 * so they also run, and report, when some other part of the file is wrong.
 */
export type Check = (file: Record<string, unknown>, vocabulary: Vocabulary) => Finding[]

/** A finding that stops the run. */
export const error = (path: Path, message: string): Finding => ({path, message, severity: 'error'})
/** A finding that is told, and no more. */
export const warning = (path: Path, message: string): Finding => ({path, message, severity: 'warning'})

/** What stands at these keys; nothing when there is no such mapping on the way. */
export const field = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value)

/** The entries of a list with their index; none when it is no list. */
export const entries = (value: unknown): [number, unknown][] =>
  Array.isArray(value) ? [...value.entries()] : []

/** The value if it is text. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The value as milliseconds if it is a duration. */
export const durationAt = (value: unknown): number | undefined =>
  typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined
