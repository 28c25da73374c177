import {parseScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {loadVocabulary} from '../../src/workflows/vocabulary.js'

const vocabulary = await loadVocabulary()

/** Phases that all have a length. */
export const usual = '{baseline: 10s, fault: 20s, recovery: 10s}'

/** A small scenario with these objectives, the first in line 7, and what follows them. */
export const scenarioOf = (objectives: string[], rest = '', phases = usual): string => `name: small
target: reference
load: {profile: {constant: 10/s}, requests: [{name: browse, get: /products}]}
phases: ${phases}
faults: [{latency: {edge: a->b, delay: 1s}}]
objectives:
${objectives.map((one) => `  - {${one}}`).join('\n')}
${rest}`

/** All that is wrong with a scenario, one line for each; faults, engines and PromQL are the real ones. */
export const problemsOf = (text: string): string[] => {
  try {
    parseScenario('s.yaml', text, vocabulary)
    return []
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error
    return error.message.split('\n').slice(1)
  }
}
