import type {IncomingMessage} from 'node:http'
import {Declined} from './routes.js'

const maximumBytes = 64 * 1024

/** Reads a JSON body; throws Declined when it is not JSON or too long. */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > maximumBytes) throw new Declined(413, `a body may have ${maximumBytes} bytes`)
    chunks.push(chunk)
  }
  if (bytes === 0) return undefined
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new Declined(400, 'the body is not JSON')
  }
}

/** What the named fields of a body must be: a text that is not empty, a number of things, or an amount of money. */
type Shape = Record<string, 'text' | 'count' | 'cents'>
type Parsed<S extends Shape> = {[K in keyof S]: S[K] extends 'text' ? string : number}

const maximumCount = 10_000
const expected = {
  text: 'a text',
  count: `a whole number from 1 to ${maximumCount}`,
  cents: 'a whole number from 1',
}
const fits = {
  text: (value: unknown) => typeof value === 'string' && value !== '',
  count: (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maximumCount,
  cents: (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1,
}

/** The fields of a body, checked; throws Declined with all that is wrong. */
export const parseFields = <S extends Shape>(body: unknown, shape: S): Parsed<S> => {
  const given: Record<string, unknown> = typeof body === 'object' && body !== null ? {...body} : {}
  const problems = Object.entries(shape)
    .filter(([name, kind]) => !fits[kind](given[name]))
    .map(([name, kind]) => `${name}: expected ${expected[kind]}`)
  if (problems.length > 0) throw new Declined(400, problems.join('; '))
  // Every field of the shape was just checked to have its type.
  return given as Parsed<S>
}
