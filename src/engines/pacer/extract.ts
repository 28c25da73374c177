import {pointerKeys, valueAt} from '../../scenarios/json-pointer.js'
import type {Extract} from '../../scenarios/scenario.js'
import type {Json} from '../../system/json.js'
import type {Answer} from './call.js'

/** Takes values out of an answer; undefined when one of them is not there. */
export interface Extraction {
  /** What of an answer has to be kept for it. */
  needs: 'nothing' | 'headers' | 'body'
  take(answer: Answer): Record<string, string> | undefined
}

const headerOf = ({headers}: Answer, name: string): string | undefined => {
  const value = headers?.[name]
  return Array.isArray(value) ? value[0] : value
}

const parsed = (body: Buffer | undefined): Json | undefined => {
  try {
    return JSON.parse(body?.toString() ?? '')
  } catch {
    return undefined
  }
}

/** Text as it is, all else as JSON; nothing where there is nothing, or null. */
const asText = (value: Json | undefined): string | undefined => {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Compiles what a step takes out of its answer. */
export const compileExtraction = (extract: Record<string, Extract>): Extraction => {
  const json = Object.entries(extract).flatMap(([name, from]) =>
    'json' in from ? [{name, keys: pointerKeys(from.json)}] : [],
  )
  const headers = Object.entries(extract).flatMap(([name, from]) =>
    'header' in from ? [{name, header: from.header.toLowerCase()}] : [],
  )
  return {
    needs: json.length > 0 ? 'body' : headers.length > 0 ? 'headers' : 'nothing',
    take: (answer) => {
      const body = json.length > 0 ? parsed(answer.body) : undefined
      const found = [
        ...json.map(({name, keys}) => [name, body === undefined ? undefined : asText(valueAt(body, keys))]),
        ...headers.map(({name, header}) => [name, headerOf(answer, header)]),
      ]
      return found.every(([, value]) => value !== undefined) ? Object.fromEntries(found) : undefined
    },
  }
}
