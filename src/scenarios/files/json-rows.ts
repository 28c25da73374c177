import type {Json} from '../../system/json.js'
import {shown} from '../units.js'
import {type FileProblem, placeOf} from './file-problem.js'
import {firstFault} from './json-place.js'

/** A JSON text as a value, or what is wrong with it and where. */
export const parseJson = (text: string): {value: unknown} | {problem: FileProblem} => {
  try {
    return {value: JSON.parse(text)}
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const offset = firstFault(text)
    const found = text[offset]
    const what = found === undefined ? 'it ends too early' : `unexpected ${JSON.stringify(found)}`
    return {problem: {...placeOf(text, offset), message: `not valid JSON: ${what}`}}
  }
}

/** Reads JSON that is a list of rows. */
export const rowsOfJson = (text: string): {rows: Json[]} | {problem: FileProblem} => {
  const parsed = parseJson(text)
  if ('problem' in parsed) return parsed
  const {value} = parsed
  const start = {line: 1, column: 1}
  if (!Array.isArray(value)) return {problem: {...start, message: `expected a list, got ${shown(value)}`}}
  return value.length > 0 ? {rows: value} : {problem: {...start, message: 'the list is empty'}}
}
