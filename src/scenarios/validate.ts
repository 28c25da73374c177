import {UserError} from '../errors.js'
import {loadScenario} from './load.js'
import {formatProblem, type Problem, ProblemsError} from './problems.js'
import type {Vocabulary} from './vocabulary.js'

/** What is to be said about one file. */
export interface FileReport {
  path: string
  ok: boolean
  /** Why the file could not be read at all. */
  unreadable?: string
  problems: Problem[]
  warnings: Problem[]
}

const validateOne = async (path: string, vocabulary: Vocabulary): Promise<FileReport> => {
  try {
    const {warnings} = await loadScenario(path, vocabulary)
    return {path, ok: true, problems: [], warnings}
  } catch (error) {
    if (error instanceof ProblemsError) return {path, ok: false, problems: error.problems, warnings: []}
    if (error instanceof UserError) {
      return {path, ok: false, unreadable: error.message, problems: [], warnings: []}
    }
    throw error
  }
}

/** Reads every file, and carries on after a bad one. */
export const validateFiles = async (
  paths: readonly string[],
  vocabulary: Vocabulary,
): Promise<FileReport[]> => await Promise.all(paths.map((path) => validateOne(path, vocabulary)))

/** One line per problem, or one that says that there is none. */
export const describeFile = ({path, ok, unreadable, problems, warnings}: FileReport): string =>
  [
    ...(ok ? [`${path}: ok`] : []),
    ...(unreadable === undefined ? [] : [unreadable]),
    ...problems.map(formatProblem),
    ...warnings.map((warning) => `${formatProblem(warning)} (warning)`),
  ].join('\n')
