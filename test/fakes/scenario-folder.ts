import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {type LoadedScenario, loadScenario} from '../../src/scenarios/load.js'
import {formatProblem, ProblemsError} from '../../src/scenarios/problems.js'
import {promqlReader} from '../../src/workflows/promql-reader.js'
import {vocabulary} from './scenario-vocabulary.js'

/** A small scenario with these lines at its end; objectives are among them. */
const scenarioText = (lines: string): string => `name: small
target: reference
load: {profile: {constant: 10/s}, requests: [{name: browse, get: /products}]}
phases: {baseline: 10s, fault: 20s, recovery: 10s}
faults: [{latency: {edge: a->b, delay: 1s}}]
${lines}
`

/** What came of reading a scenario: paths are from its folder. */
export interface Outcome {
  loaded?: LoadedScenario
  problems: string[]
  warnings: string[]
}

/** Reads a scenario from a folder of its own, with these files in it; PromQL is read by the real parser. */
export const readIn = async (lines: string, files: Record<string, string> = {}): Promise<Outcome> => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-slo-'))
  for (const [name, text] of Object.entries({'s.yaml': scenarioText(lines), ...files})) {
    mkdirSync(dirname(join(folder, name)), {recursive: true})
    writeFileSync(join(folder, name), text)
  }
  const short = (text: string): string => text.replaceAll(`${folder}/`, '')
  try {
    const loaded = await loadScenario(join(folder, 's.yaml'), {...vocabulary, promql: promqlReader})
    return {loaded, problems: [], warnings: loaded.warnings.map((one) => short(formatProblem(one)))}
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error
    return {problems: error.problems.map((one) => short(formatProblem(one))), warnings: []}
  }
}
