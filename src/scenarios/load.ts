import {dirname} from 'node:path'
import {type Attached, nothingAttached, readAttached} from './attached.js'
import {crossCheck} from './checks.js'
import {type WithLoadFiles, withLoadFiles} from './files/load-files.js'
import type {Finding} from './findings.js'
import {inOrder, type Problem, ProblemsError} from './problems.js'
import {ruleFindings} from './rules/use-rules.js'
import {withSavedRecords} from './saved-records.js'
import type {Scenario} from './scenario.js'
import {scenarioSchema} from './schema.js'
import {problemAt, schemaProblems} from './schema-problems.js'
import {isRecord, sentence} from './shapes.js'
import type {Vocabulary} from './vocabulary.js'
import {parseYaml, readYaml} from './yaml-file.js'

/** A scenario, the text that it was read from, and what is odd about it but no error. */
export interface LoadedScenario {
  scenario: Scenario
  /** `files`: the rule and SLO files that it names, as read. */
  source: {path: string; text: string; files?: {path: string; text: string}[]}
  warnings: Problem[]
}

/** A scenario's file, with what the files that it names hold in their place. */
interface Gathered {
  attached: Attached
  load: Omit<WithLoadFiles, 'file'>
}

/** Keys that name objectives. */
const namesOthers: ReadonlySet<PropertyKey> = new Set(['recovers', 'must-fail'])

const interpret = ({attached, load}: Gathered, vocabulary: Vocabulary): LoadedScenario => {
  const {file, groups, files} = attached
  const parsed = scenarioSchema(vocabulary).safeParse(file.value, {error: sentence})
  const {promql} = vocabulary
  const used = promql && isRecord(file.value) ? ruleFindings(file.value, attached, promql) : []
  const findings = [...crossCheck(file.value, vocabulary), ...used].filter(
    // What a file of SLOs would have brought is not missing because of who names it.
    ({path}) => attached.problems.length === 0 || !path.some((key) => namesOthers.has(key)),
  )
  const found = (severity: Finding['severity']): Problem[] =>
    findings
      .filter((finding) => finding.severity === severity)
      .map(({path, message}) => problemAt(file, path, message))
  const own = [...file.problems, ...load.problems, ...schemaProblems(file, parsed.error), ...found('error')]
  const problems = [...own, ...attached.problems]
  if (!parsed.success || problems.length > 0) throw new ProblemsError(file.path, problems)
  const scenario = groups.length > 0 ? {...parsed.data, rules: groups} : parsed.data
  return {
    scenario: load.files.length === 0 ? scenario : {...scenario, load: {...scenario.load, files: load.files}},
    source: {path: file.path, text: file.text, ...(files.length > 0 && {files})},
    warnings: [...load.warnings, ...found('warning'), ...inOrder(file.path, attached.remarks)],
  }
}

/**
 * Reads a scenario from text alone, `path` being its name in messages; files that it names are left.
 * Throws ProblemsError with everything that is wrong.
 */
export const parseScenario = (path: string, text: string, vocabulary: Vocabulary): LoadedScenario => {
  const attached = nothingAttached(parseYaml(path, text))
  return interpret({attached, load: {files: [], problems: [], warnings: []}}, vocabulary)
}

/**
 * Reads a scenario file and the files that it names. Throws UserError when there is none, ProblemsError with everything
 * that is wrong with them.
 */
export const loadScenario = async (path: string, vocabulary: Vocabulary): Promise<LoadedScenario> => {
  const attached = await readAttached(await readYaml(path), vocabulary.promql)
  const {file, ...load} = await withLoadFiles(attached.file)
  const loaded = interpret({attached: {...attached, file}, load}, vocabulary)
  const {objectives, findings} = await withSavedRecords(path, loaded.scenario, vocabulary)
  const unfit = (await vocabulary.fitEngine?.(loaded.scenario, dirname(path))) ?? []
  const placed = ({path: at, message}: Finding): Problem => problemAt(file, at, message)
  const wrong = [...findings.filter(({severity}) => severity === 'error'), ...unfit]
  if (wrong.length > 0) throw new ProblemsError(path, wrong.map(placed))
  const remarks = findings.map(placed)
  return {...loaded, scenario: {...loaded.scenario, objectives}, warnings: [...loaded.warnings, ...remarks]}
}
