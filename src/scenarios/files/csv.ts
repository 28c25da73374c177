import {CsvError, parse} from 'csv-parse/sync'
import type {Json} from '../../system/json.js'
import type {FileProblem} from './file-problem.js'

const troubles: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened here and never closed',
  INVALID_OPENING_QUOTE: 'a quote inside a field: put the whole field in quotes, and double those inside',
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote: double the quotes that belong to the field',
}

/** Column, from 1, right after the last character of a line (from 1). */
const endOfLine = (text: string, line: number): number =>
  (text.split(/\r?\n/, line)[line - 1]?.length ?? 0) + 1

const headerProblem = (header: readonly string[]): FileProblem | undefined => {
  const at = (message: string): FileProblem => ({line: 1, column: 1, message})
  const [only = ''] = header
  if (header.length === 1 && only.includes(';'))
    return at('the fields are separated by ";": separate them by ","')
  if (header.some((name) => name.trim() === '')) return at('a field has no name in the first row')
  const twice = header.find((name, index) => header.indexOf(name) !== index)
  return twice === undefined ? undefined : at(`two fields are called "${twice}" in the first row`)
}

/** Told about each row; stops at the first wrong one by throwing what is wrong. */
const rowReader = (text: string) => {
  const rows: Json[] = []
  let header: string[] | undefined
  let lines = 0
  const read = (record: string[], {lines: line}: {lines: number}): null => {
    lines = line
    if (header === undefined) {
      header = record
      const problem = headerProblem(header)
      if (problem) throw new BadRow(problem)
      return null
    }
    if (record.length !== header.length) {
      const message = `expected ${header.length} fields, found ${record.length}`
      throw new BadRow({line, column: endOfLine(text, line), message})
    }
    rows.push(Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])))
    return null
  }
  return {read, rows, lastLine: () => lines}
}

class BadRow extends Error {
  readonly problem: FileProblem
  constructor(problem: FileProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** Reads a CSV text whose first row names the fields; each further row becomes a mapping of texts. */
export const rowsOfCsv = (text: string): {rows: Json[]} | {problem: FileProblem} => {
  const {read, rows, lastLine} = rowReader(text)
  try {
    parse(text, {relax_column_count: true, skip_empty_lines: true, on_record: read})
  } catch (error) {
    if (error instanceof BadRow) return {problem: error.problem}
    if (!(error instanceof CsvError)) throw error
    // What the parser says of the place is where it stopped; the row begins after the last good one.
    return {problem: {line: lastLine() + 1, column: 1, message: troubles[error.code] ?? error.message}}
  }
  if (rows.length > 0) return {rows}
  return {problem: {line: 1, column: 1, message: 'has no row besides the one that names the fields'}}
}
