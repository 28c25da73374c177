import {UserError} from '../errors.js'
import {type LoadedScenario, loadScenario} from './load.js'
import type {Vocabulary} from './vocabulary.js'

/** Reads every file; throws UserError with the problems of all of them, so that nothing starts before all are right. */
export const loadScenarios = async (
  paths: readonly string[],
  vocabulary: Vocabulary,
): Promise<LoadedScenario[]> => {
  const results = await Promise.allSettled(paths.map((path) => loadScenario(path, vocabulary)))
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const bug = errors.find((error) => !(error instanceof UserError))
  if (bug) throw bug
  const [first] = errors
  if (errors.length === 1) throw first
  if (first) throw new UserError(errors.map(({message}) => message).join('\n'))
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}
