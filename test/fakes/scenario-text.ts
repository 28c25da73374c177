import {parseScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {vocabulary} from './scenario-vocabulary.js'

/** A small scenario, with lines put in place of some of its own. */
export const scenarioWith = (changes: Record<string, string> = {}): string => {
  const lines = {
    name: 'name: small',
    target: 'target: reference',
    load: 'load: {profile: {constant: 10/s}, requests: [{name: browse, get: /products}]}',
    phases: 'phases: {baseline: 10s, fault: 10s, recovery: 10s}',
    objectives: 'objectives: [{name: one, good: g, total: t, target: 99%}]',
    ...changes,
  }
  return Object.values(lines).join('\n')
}

/** What is wrong with a scenario, a line for each problem. */
export const problemsOf = (text: string): string[] => {
  try {
    parseScenario('s.yaml', text, vocabulary)
    return []
  } catch (error) {
    if (error instanceof ProblemsError) return error.message.split('\n  ').slice(1)
    throw error
  }
}
