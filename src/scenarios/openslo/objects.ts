import type {z} from 'zod'
import type {Problem} from '../problems.js'
import {problemAt, schemaProblems} from '../schema-problems.js'
import {isRecord, sentence} from '../shapes.js'
import {orKnown} from '../suggest.js'
import {parseYamlStream, type YamlFile} from '../yaml-file.js'
import {type IndicatorSpec, objectSchemas, otherKinds, type Slo} from './schema.js'

/** An object with the document that it stands in. */
export interface Placed<T> {
  file: YamlFile
  object: T
}

/** The objects of some files by name, and what is wrong with these files. */
export interface SloObjects {
  slos: Map<string, Placed<Slo>>
  indicators: Map<string, Placed<{spec: IndicatorSpec}>>
  /** Type by name of data source. */
  sources: Map<string, string>
  problems: Problem[]
  remarks: Problem[]
}

const kinds = [...Object.keys(objectSchemas), ...Object.keys(otherKinds)]

const parsed = <S extends z.ZodType>(
  file: YamlFile,
  schema: S,
  found: SloObjects,
): z.output<S> | undefined => {
  const result = schema.safeParse(file.value, {error: sentence})
  found.problems.push(...schemaProblems(file, result.error))
  return result.success ? result.data : undefined
}

const put = <T extends {metadata: {name: string}}, V>(
  all: Map<string, V>,
  file: YamlFile,
  object: T | undefined,
  value: (object: T) => V,
  found: SloObjects,
): void => {
  if (object === undefined) return
  const {name} = object.metadata
  if (all.has(name)) {
    found.problems.push(
      problemAt(file, ['metadata', 'name'], `the name "${name}" is taken by an earlier object`),
    )
  } else all.set(name, value(object))
}

const versionProblem = (file: YamlFile, version: unknown): Problem | undefined => {
  if (version === 'openslo/v1') return undefined
  const got = version === undefined ? 'there is none' : `got ${JSON.stringify(version)}`
  return problemAt(file, ['apiVersion'], `expected "openslo/v1", the only version that is read; ${got}`)
}

const readObject = (file: YamlFile, found: SloObjects): void => {
  const {value} = file
  found.problems.push(...file.problems)
  const wrong = versionProblem(file, isRecord(value) ? value['apiVersion'] : undefined)
  if (wrong || !isRecord(value)) {
    if (wrong) found.problems.push(wrong)
    return
  }
  const kind = String(value['kind'])
  const place = <T>(object: T): Placed<T> => ({file, object})
  const {SLO, SLI, DataSource} = objectSchemas
  if (kind === 'SLO') put(found.slos, file, parsed(file, SLO, found), place, found)
  else if (kind === 'SLI') put(found.indicators, file, parsed(file, SLI, found), place, found)
  else if (kind === 'DataSource')
    put(found.sources, file, parsed(file, DataSource, found), ({spec}) => spec.type, found)
  else if (!Object.hasOwn(otherKinds, kind)) {
    found.problems.push(problemAt(file, ['kind'], `unknown kind "${kind}"${orKnown(kind, kinds)}`))
  } else if (otherKinds[kind] !== undefined) {
    found.remarks.push(problemAt(file, ['kind'], `${kind} ${otherKinds[kind]}`))
  }
}

/** Reads the objects of these files. Throws ProblemsError for text that is no YAML; other problems are handed back. */
export const readSloObjects = (files: readonly {path: string; text: string}[]): SloObjects => {
  const found: SloObjects = {
    slos: new Map(),
    indicators: new Map(),
    sources: new Map(),
    problems: [],
    remarks: [],
  }
  for (const {path, text} of files)
    for (const document of parseYamlStream(path, text)) readObject(document, found)
  return found
}
