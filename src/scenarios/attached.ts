import {dirname} from 'node:path'
import {UserError} from '../errors.js'
import {readText} from './files/read-text.js'
import {findFiles} from './find-files.js'
import {entries, field, text} from './findings.js'
import {readOpenSlo} from './openslo/read-openslo.js'
import {ProblemsError} from './problems.js'
import type {PromqlReader} from './promql-reader.js'
import {checkRules} from './rules/check-rules.js'
import {type ReadRules, readRules} from './rules/read-rules.js'
import {problemAt} from './schema-problems.js'
import {type SloEntry, sloEntry} from './sections/slo-entry.js'
import {isRecord} from './shapes.js'
import {type Path, withEntries, type YamlFile} from './yaml-file.js'

interface SourceFile {
  path: string
  text: string
}

/** What a scenario's own file leaves to others: rules and SLOs, read. */
export interface Attached extends ReadRules {
  /** The scenario, with objectives in place of the SLO files that it names. */
  file: YamlFile
  /** The files as read. */
  files: SourceFile[]
}

/** A scenario that names no other files. */
export const nothingAttached = (file: YamlFile): Attached => ({
  file,
  files: [],
  groups: [],
  problems: [],
  remarks: [],
  unusable: [],
})

const textFile = async (path: string): Promise<SourceFile> => ({path, text: await readText(path)})

/** Reads what a path or pattern names; what there is not is a problem where it is named. */
const readNamed = async ({file, problems}: Attached, at: Path, pattern: string): Promise<SourceFile[]> => {
  const paths = await findFiles(dirname(file.path), pattern)
  if (paths.length === 0) problems.push(problemAt(file, at, `no file matches ${pattern}`))
  const read = await Promise.allSettled(paths.map(textFile))
  return read.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value]
    if (!(result.reason instanceof UserError)) throw result.reason
    problems.push(problemAt(file, at, result.reason.message))
    return []
  })
}

/** What is no YAML at all is a problem among others. */
const collecting = <T>({problems}: Attached, read: () => T): T | undefined => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error
    problems.push(...error.problems)
    return undefined
  }
}

/** Every file once, however often it is named. */
const keep = (attached: Attached, files: readonly SourceFile[]): SourceFile[] => {
  const fresh = files.filter(({path}) => !attached.files.some((known) => known.path === path))
  attached.files.push(...fresh)
  return fresh
}

const attachRules = async (attached: Attached, promql: PromqlReader): Promise<void> => {
  const {file} = attached
  for (const [index, entry] of entries(field(file.value, 'rules'))) {
    const pattern = text(entry)
    if (pattern === undefined || pattern === '') continue
    for (const {path, text: source} of keep(attached, await readNamed(attached, ['rules', index], pattern))) {
      const found = collecting(attached, () => readRules(path, source, promql))
      if (!found) continue
      attached.groups.push(...found.groups)
      attached.problems.push(...found.problems)
      attached.remarks.push(...found.remarks)
      attached.unusable.push(...found.unusable)
    }
  }
  attached.problems.push(...checkRules(attached.groups, promql))
}

/** Expressions of the recording rules, by the name that they record. */
const recordedIn = ({groups}: Attached): Map<string, string[]> => {
  const recorded = new Map<string, string[]>()
  for (const rule of groups.flatMap(({rules}) => rules)) {
    if (rule.kind === 'record') recorded.set(rule.record, [...(recorded.get(rule.record) ?? []), rule.expr])
  }
  return recorded
}

/** The objectives that one entry stands for, as they would be written; nothing when its files hold none. */
const objectivesOf = async (
  entry: SloEntry,
  at: Path,
  attached: Attached,
  promql: PromqlReader,
): Promise<unknown[]> => {
  const {openslo, slo, during, confidence, 'min-samples': minSamples} = entry
  const files = await readNamed(attached, [...at, 'openslo'], openslo)
  if (files.length === 0) return []
  keep(attached, files)
  const found = collecting(attached, () => readOpenSlo(files, slo, promql, recordedIn(attached)))
  if (!found) return []
  attached.problems.push(...found.problems)
  attached.remarks.push(...found.remarks)
  const place = [...at, slo === undefined ? 'openslo' : 'slo']
  if (found.lack !== undefined)
    attached.problems.push(problemAt(attached.file, place, `${openslo}: ${found.lack}`))
  const shared = {...(during && {during})}
  const counted = {...(confidence && {confidence}), ...(minSamples && {'min-samples': minSamples})}
  return found.objectives.map((one) => ({...one, ...shared, ...('query' in one ? {} : counted)}))
}

const attachSlos = async (attached: Attached, promql: PromqlReader): Promise<void> => {
  const {file} = attached
  const expanded = new Map<number, unknown[]>()
  for (const [index, entry] of entries(field(file.value, 'objectives'))) {
    // What is wrong with the entry itself is told by the schema of the scenario.
    const parsed = isRecord(entry) && 'openslo' in entry ? sloEntry.safeParse(entry) : undefined
    if (!parsed?.success) continue
    const made = await objectivesOf(parsed.data, ['objectives', index], attached, promql)
    // One that nothing was made of stays: why, is told.
    if (made.length > 0) expanded.set(index, made)
  }
  if (expanded.size > 0) attached.file = withEntries(file, 'objectives', expanded)
}

/**
 * Reads the rule and SLO files that a scenario names, from its folder. What is wrong with them is handed back with the
 * file it is in; remarks say what of them is not used.
 */
export const readAttached = async (file: YamlFile, promql: PromqlReader | undefined): Promise<Attached> => {
  const attached = nothingAttached(file)
  if (!promql) return attached
  await attachRules(attached, promql)
  await attachSlos(attached, promql)
  return attached
}
