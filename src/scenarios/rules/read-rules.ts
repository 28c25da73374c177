import type {Problem} from '../problems.js'
import type {PromqlReader} from '../promql-reader.js'
import {formatDuration} from '../quantities.js'
import {problemAt, schemaProblems} from '../schema-problems.js'
import {sentence} from '../shapes.js'
import {type Path, parseYamlStream, type YamlFile} from '../yaml-file.js'
import type {Rule, RuleGroup} from './rule.js'
import {groupsIn, type WrittenGroup} from './schema.js'

/** What a file held, what is wrong with it, and what in it is not used. */
export interface ReadRules {
  groups: RuleGroup[]
  problems: Problem[]
  remarks: Problem[]
  /** Alerts that are in the file and cannot be evaluated here. */
  unusable: string[]
}

/** A group on its way: where it stands, and where remarks go. */
interface Reading {
  file: YamlFile
  path: Path
  promql: PromqlReader
  found: ReadRules
}

const isTemplate = (value: string): boolean => value.includes('{{')

const plainLabels = (labels: Record<string, string>, path: Path, {file, found}: Reading) => {
  for (const [label, value] of Object.entries(labels).filter(([, value]) => isTemplate(value))) {
    const message = `not used: ${JSON.stringify(value)} is a template; the alert goes without this label`
    found.remarks.push(problemAt(file, [...path, 'labels', label], message))
  }
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => !isTemplate(value)))
}

/** False when the expression cannot be evaluated, which is told: as a problem, or as a remark when Prometheus could. */
const isEvaluable = (rule: WrittenGroup['rules'][number], path: Path, reading: Reading): boolean => {
  const {file, promql, found} = reading
  const wrong = promql.check(rule.expr)
  if (wrong === undefined) return true
  const at = [...path, 'expr']
  const place = {...problemAt(file, at, wrong.message), ...file.locateIn(at, wrong.offset)}
  if (wrong.unsupported) {
    found.remarks.push({...place, message: `this rule is not used: ${wrong.message}`})
    if (rule.kind === 'alert') found.unusable.push(rule.alert)
  } else found.problems.push(place)
  return false
}

const readGroup = (written: WrittenGroup, reading: Reading): RuleGroup => {
  const {file, path, found} = reading
  const {name, interval, limit, labels, query_offset: offsetMs = 0} = written
  if (offsetMs > 0) {
    const message = `not used: rules are evaluated on the newest samples, not ${formatDuration(offsetMs)} later`
    found.remarks.push(problemAt(file, [...path, 'query_offset'], message))
  }
  const rules = written.rules.flatMap((rule, index): Rule[] => {
    const at = [...path, 'rules', index]
    if (!isEvaluable(rule, at, reading)) return []
    const place = `${file.path}:${file.locate([...at, rule.kind], 'key').line}`
    return [{...rule, labels: plainLabels({...labels, ...rule.labels}, at, reading), place}]
  })
  const options = {
    ...(interval === undefined ? {} : {intervalMs: interval}),
    ...(limit === undefined ? {} : {limit}),
  }
  return {name, file: file.path, ...options, rules}
}

const readDocument = (file: YamlFile, promql: PromqlReader, found: ReadRules): void => {
  const {schema, at} = groupsIn(file.value)
  const parsed = schema.safeParse(file.value, {error: sentence})
  found.problems.push(...file.problems, ...schemaProblems(file, parsed.error))
  if (!parsed.success) return
  for (const [index, written] of parsed.data.entries()) {
    const path = [...at, index]
    if (found.groups.some(({name}) => name === written.name)) {
      const message = `the group "${written.name}" is in this file already`
      found.problems.push(problemAt(file, [...path, 'name'], message))
    } else found.groups.push(readGroup(written, {file, path, promql, found}))
  }
}

/** Reads the text of a rule file. Throws ProblemsError when it is not YAML; other problems are handed back. */
export const readRules = (path: string, text: string, promql: PromqlReader): ReadRules => {
  const found: ReadRules = {groups: [], problems: [], remarks: [], unusable: []}
  const documents = parseYamlStream(path, text)
  for (const document of documents) readDocument(document, promql, found)
  if (documents.length === 0) {
    found.problems.push({
      path,
      line: 1,
      column: 1,
      where: '',
      message: 'the file is empty: expected "groups"',
    })
  }
  return found
}
