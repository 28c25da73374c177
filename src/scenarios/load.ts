import {crossCheck} from './checks.js'
import type {Finding} from './findings.js'
import {type Problem, ProblemsError} from './problems.js'
import type {Scenario} from './scenario.js'
import {scenarioSchema} from './schema.js'
import {problemAt, schemaProblems} from './schema-problems.js'
import {sentence} from './shapes.js'
import type {Vocabulary} from './vocabulary.js'
import {parseYaml, readYaml, type YamlFile} from './yaml-file.js'

/** A scenario, the text that it was read from, and what is odd about it but no error. */
export interface LoadedScenario {
  scenario: Scenario
  source: {path: string; text: string}
  warnings: Problem[]
}

const interpret = (file: YamlFile, vocabulary: Vocabulary): LoadedScenario => {
  const parsed = scenarioSchema(vocabulary).safeParse(file.value, {error: sentence})
  const findings = crossCheck(file.value, vocabulary)
  const found = (severity: Finding['severity']): Problem[] =>
    findings
      .filter((finding) => finding.severity === severity)
      .map(({path, message}) => problemAt(file, path, message))
  const problems = [...file.problems, ...schemaProblems(file, parsed.error), ...found('error')]
  if (!parsed.success || problems.length > 0) throw new ProblemsError(file.path, problems)
  return {
    scenario: parsed.data,
    source: {path: file.path, text: file.text},
    warnings: found('warning'),
  }
}

/** Reads a scenario from text, `path` being its name in messages. Throws ProblemsError with everything that is wrong. */
export const parseScenario = (path: string, text: string, vocabulary: Vocabulary): LoadedScenario =>
  interpret(parseYaml(path, text), vocabulary)

/** Reads a scenario file. Throws UserError when there is none, ProblemsError with everything that is wrong with it. */
export const loadScenario = async (path: string, vocabulary: Vocabulary): Promise<LoadedScenario> =>
  interpret(await readYaml(path), vocabulary)
