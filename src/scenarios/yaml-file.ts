import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  parseDocument,
  type YAMLError,
} from 'yaml'
import {messageOf} from '../errors.js'
import {readText} from './files/read-text.js'
import {type Problem, ProblemsError} from './problems.js'
import {offsetInSource} from './yaml-scalar.js'

export type Path = readonly PropertyKey[]

/** A YAML (or JSON) file as plain values, which still knows where each value stands. */
export interface YamlFile {
  path: string
  text: string
  value: unknown
  /** Problems of the text itself that leave the rest readable, such as a key given twice. */
  problems: Problem[]
  /** Line and column, from 1, of the value at that path, or of its key; of the nearest parent when there is none. */
  locate(path: Path, part: 'key' | 'value'): {line: number; column: number}
  /** Line and column of a sign of the text at that path, `offset` counting from 0 in its value. */
  locateIn(path: Path, offset: number): {line: number; column: number}
  /** Where in the text a path of `value` stands, when entries were put in the place of others. */
  written?(path: Path): Path
}

/** `faults[1].latency.delay` */
export const formatPath = (path: Path): string =>
  path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      const name = String(key)
      if (!/^[\w$->]+$/.test(name)) return `[${JSON.stringify(name)}]`
      return index === 0 ? name : `.${name}`
    })
    .join('')

const pairOf = (node: Node | null, key: PropertyKey): Pair | undefined =>
  isMap(node)
    ? node.items.find((pair) => (isScalar(pair.key) ? String(pair.key.value) === String(key) : false))
    : undefined

const resolved = (node: unknown, document: Document): Node | null => {
  if (isAlias(node)) return node.resolve(document) ?? null
  return isMap(node) || isSeq(node) || isScalar(node) ? node : null
}

/** Offset of the value (or key) at the path. */
const offsetOf = (document: Document, path: Path, part: 'key' | 'value'): number => {
  let node = resolved(document.contents, document)
  let offset = node?.range?.[0] ?? 0
  for (const [depth, key] of path.entries()) {
    const pair = pairOf(node, key)
    const child = isSeq(node) && typeof key === 'number' ? node.items[key] : pair?.value
    const last = depth === path.length - 1
    // An alias is reported where it stands, not where its anchor is.
    const shown = (last && part === 'key' ? pair?.key : undefined) ?? child ?? pair?.key
    if (shown === undefined || shown === null) return offset
    offset =
      (isAlias(shown) || isScalar(shown) || isMap(shown) || isSeq(shown) ? shown.range?.[0] : undefined) ??
      offset
    node = resolved(child, document)
  }
  return offset
}

/** Most often met with in PromQL inside `{…}`. */
const quotesHint = ' (text with brackets, commas or colons inside {…} or […] needs quotes)'

const tooDeep = 'not valid YAML: it is nested too deeply'

const syntaxMessage = ({code, message}: YAMLError): string => {
  if (code === 'DUPLICATE_KEY') return 'this key is given twice'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: give it a file of its own'
  if (code === 'RESOURCE_EXHAUSTION') return tooDeep
  return `not valid YAML: ${message}${code === 'UNEXPECTED_TOKEN' ? quotesHint : ''}`
}

/** Errors after the first one of syntax are mostly its echoes; a key given twice leaves the structure whole. */
const worthTelling = (errors: readonly YAMLError[]): readonly YAMLError[] => {
  const broken = errors.find(({code}) => code !== 'DUPLICATE_KEY')
  return broken === undefined ? errors : [broken]
}

/** Plain values. An alias without an anchor, aliases of aliases without end, and a merge of what is no mapping show only here. */
const valuesOf = (document: Document): {value: unknown} | {problem: string} => {
  try {
    return {value: document.toJS({maxAliasCount: 1000})}
  } catch (error) {
    const message = messageOf(error)
    if (error instanceof RangeError) return {problem: tooDeep}
    if (message.startsWith('Excessive alias count'))
      return {problem: 'its aliases (*name) stand for far more than is written: write it out'}
    return {problem: `not valid YAML: ${message}`}
  }
}

const yamlFile = (path: string, text: string, document: Document, lineCounter: LineCounter): YamlFile => {
  const position = (offset: number) => {
    const {line, col} = lineCounter.linePos(offset)
    return {line: Math.max(1, line), column: Math.max(1, col)}
  }
  const problems = worthTelling(document.errors).map((error) => ({
    path,
    ...position(error.pos[0]),
    where: '',
    message: syntaxMessage(error),
  }))
  if (document.errors.some(({code}) => code !== 'DUPLICATE_KEY')) throw new ProblemsError(path, problems)
  const values = valuesOf(document)
  if ('problem' in values) {
    throw new ProblemsError(path, [{path, line: 1, column: 1, where: '', message: values.problem}])
  }
  const locate: YamlFile['locate'] = (where, part) => position(offsetOf(document, where, part))
  return {
    path,
    text,
    value: values.value,
    problems,
    locate,
    locateIn: (where, offset) => {
      const at = offsetInSource(text, document.getIn(where, true), offset)
      return at === undefined ? locate(where, 'value') : position(at)
    },
  }
}

/** Reads the text as YAML. Throws ProblemsError when it is so broken that its structure cannot be trusted. */
export const parseYaml = (path: string, text: string): YamlFile => {
  const lineCounter = new LineCounter()
  const options = {lineCounter, prettyErrors: false, merge: true}
  return yamlFile(path, text, parseDocument(text, options), lineCounter)
}

/** The same of a text with several documents, divided by `---`; those without content are left out. */
export const parseYamlStream = (path: string, text: string): YamlFile[] => {
  const lineCounter = new LineCounter()
  const documents = parseAllDocuments(text, {lineCounter, prettyErrors: false, merge: true})
  return (Array.isArray(documents) ? documents : [])
    .map((document) => yamlFile(path, text, document, lineCounter))
    .filter(({value}) => value !== null)
}

/** The file with several entries of a list in place of one: they stand where that one does. */
export const withEntries = (
  file: YamlFile,
  list: string,
  expanded: ReadonlyMap<number, readonly unknown[]>,
): YamlFile => {
  // Lists are only expanded in files that have them.
  const value = file.value as Record<string, readonly unknown[]>
  const entries = (value[list] ?? []).flatMap((entry, from) =>
    (expanded.get(from) ?? [entry]).map((one) => ({one, from})),
  )
  const written = (path: Path): Path => {
    const [first, index, ...rest] = path
    const from = first === list && typeof index === 'number' ? entries[index]?.from : undefined
    if (from === undefined) return path
    return expanded.has(from) ? [list, from] : [list, from, ...rest]
  }
  return {
    ...file,
    value: {...value, [list]: entries.map(({one}) => one)},
    locate: (path, part) => file.locate(written(path), part),
    locateIn: (path, offset) => file.locateIn(written(path), offset),
    written,
  }
}

/** Reads a YAML file. Throws UserError when it cannot be read, ProblemsError when it is not YAML. */
export const readYaml = async (path: string): Promise<YamlFile> => parseYaml(path, await readText(path))
