import {dirname, resolve} from 'node:path'
import type {Problem} from '../problems.js'
import type {LoadFile} from '../scenario.js'
import {problemAt} from '../schema-problems.js'
import {isRecord} from '../shapes.js'
import type {Path, YamlFile} from '../yaml-file.js'
import type {FileProblem} from './file-problem.js'
import {rowsOfJson} from './json-rows.js'
import {type FileContents, readNamedFile, textOrProblem} from './read-file.js'
import {ReplayFile, readReplayLog} from './replay-log.js'
import {ScriptFile} from './script-file.js'

/** A scenario file with the contents of files where it names them. */
export interface WithLoadFiles {
  file: YamlFile
  files: LoadFile[]
  problems: Problem[]
  warnings: Problem[]
}

/** What a file becomes in the scenario, or what is wrong inside it. */
type Interpreted = {value: unknown; warnings?: string[]} | {problems: FileProblem[]}
type Interpret = (file: FileContents) => Interpreted | Promise<Interpreted>

/** The parser is loaded where there is something to parse: most scenarios name no such file. */
const asRows: Interpret = async ({path, contents}) => {
  const text = textOrProblem(contents)
  if (typeof text !== 'string') return {problems: [text]}
  const read = /\.csv$/i.test(path) ? (await import('./csv.js')).rowsOfCsv(text) : rowsOfJson(text)
  return 'problem' in read ? {problems: [read.problem]} : {value: read.rows}
}

const asBody: Interpret = ({contents}) => ({value: contents})

/** Certificates and keys as text; what else a file holds is told now, not when the first connection fails. */
const asPem: Interpret = ({contents}) => {
  const pem = textOrProblem(contents)
  if (typeof pem !== 'string') return {problems: [pem]}
  if (pem.includes('-----BEGIN ')) return {value: pem}
  return {problems: [{line: 1, column: 1, message: 'expected PEM: a text with "-----BEGIN …-----"'}]}
}

const asReplay: Interpret = ({path, contents}) => {
  const text = textOrProblem(contents)
  if (typeof text !== 'string') return {problems: [text]}
  const log = readReplayLog(text)
  if ('problems' in log) return log
  const {entries, skipped, bodiless} = log
  const warnings = [
    ...(skipped > 0 ? [`lines of ${path} that hold no request that can be sent again: ${skipped}`] : []),
    ...(bodiless > 0
      ? [
          `requests of ${path} that usually have a body, which the log does not hold, are sent without: ${bodiless}`,
        ]
      : []),
  ]
  return {value: new ReplayFile(path, entries), warnings}
}

/** It stays where it is: only that it is there is looked at, and what it holds is noted. */
const asScript: Interpret = ({shownPath, sha256}) => ({value: new ScriptFile(resolve(shownPath), sha256)})

/** A place in the file that names another file. */
interface Named {
  path: Path
  name: string
  interpret: Interpret
  /** It stays a path, an absolute one: what is in it is read by the engine, and recorded nowhere. */
  secret?: true
}

const fieldOf = (value: unknown, key: PropertyKey): unknown => {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
  return isRecord(value) ? value[String(key)] : undefined
}

const bodiesIn = (value: unknown, path: Path): Named[] => {
  const lists = ['streams', 'requests', 'flows', 'steps'].flatMap((key) => {
    const list = fieldOf(value, key)
    return Array.isArray(list) ? list.flatMap((entry, index) => bodiesIn(entry, [...path, key, index])) : []
  })
  const name = fieldOf(value, 'body-file')
  const own = typeof name === 'string' ? [{path: [...path, 'body-file'], name, interpret: asBody}] : []
  return [...own, ...lists]
}

const pemsIn = (load: unknown): Named[] =>
  ['ca', 'cert', 'key'].flatMap((key): Named[] => {
    const name = fieldOf(fieldOf(load, 'tls'), key)
    if (typeof name !== 'string') return []
    const named = {path: ['load', 'tls', key], name, interpret: asPem}
    return [key === 'key' ? {...named, secret: true} : named]
  })

/** `replay: a.log`, or `replay: {file: a.log}` */
const namedBy = (load: unknown, key: string, interpret: Interpret): Named[] => {
  const written = fieldOf(load, key)
  const name = typeof written === 'string' ? written : fieldOf(written, 'file')
  const path = typeof written === 'string' ? ['load', key] : ['load', key, 'file']
  return typeof name === 'string' ? [{path, name, interpret}] : []
}

const namedIn = (file: unknown): Named[] => {
  const load = fieldOf(file, 'load')
  const data = fieldOf(load, 'data')
  const rows = Object.entries(isRecord(data) ? data : {}).flatMap(([key, value]): Named[] =>
    typeof value === 'string' && /\.(csv|json)$/i.test(value)
      ? [{path: ['load', 'data', key], name: value, interpret: asRows}]
      : [],
  )
  const logs = namedBy(load, 'replay', asReplay)
  return [
    ...rows,
    ...bodiesIn(load, ['load']),
    ...logs,
    ...namedBy(load, 'script', asScript),
    ...pemsIn(load),
  ]
}

/** A copy with another value at the path: what aliases share in YAML stays as it was. */
const withValue = (value: unknown, [key, ...rest]: Path, put: unknown): unknown => {
  if (key === undefined) return put
  const inner = withValue(fieldOf(value, key), rest, put)
  if (Array.isArray(value)) return value.map((entry, index) => (index === key ? inner : entry))
  return isRecord(value) ? {...value, [String(key)]: inner} : value
}

/**
 * Puts the contents of the files that a load names in the place of their paths: rows for data, bytes for a body, the
 * requests of a log. Paths are from the folder of the scenario. What cannot be read stays a path, and is a problem.
 */
export const withLoadFiles = async (file: YamlFile): Promise<WithLoadFiles> => {
  const found: WithLoadFiles = {file, files: [], problems: [], warnings: []}
  let value = file.value
  for (const {path, name, interpret, secret} of namedIn(file.value)) {
    const read = await readNamedFile(dirname(file.path), name)
    if ('unreadable' in read) {
      found.problems.push(problemAt(file, path, read.unreadable))
      continue
    }
    const {shownPath, contents: _, ...used} = read
    if (!secret && !found.files.some((known) => known.path === name)) found.files.push(used)
    const result = await interpret(read)
    if ('problems' in result)
      found.problems.push(...result.problems.map((problem) => ({...problem, path: shownPath, where: ''})))
    else {
      value = withValue(value, path, secret ? resolve(dirname(file.path), name) : result.value)
      for (const message of result.warnings ?? []) found.warnings.push(problemAt(file, path, message))
    }
  }
  return {...found, file: {...file, value}}
}
