import {z} from 'zod'
import {anyJson} from '../shapes.js'
import type {FileProblem} from './file-problem.js'
import {parseJson} from './json-rows.js'
import type {LoggedRequest} from './logged-request.js'

/** A log of whole requests has these too; here they are the connection's own. */
const ownHeaders = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]

const headers = z
  .record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {error: 'is not a valid header name'}),
    z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, {error: 'cannot stand in a header'}),
  )
  .transform((all) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !ownHeaders.includes(name.toLowerCase()))),
  )

const entry = z.strictObject({
  offsetMs: z.number().nonnegative(),
  method: z
    .string()
    .regex(/^[A-Za-z-]+$/)
    .default('GET'),
  path: z.string().regex(/^\/\S*$/, {error: 'expected a path that starts with "/" and holds no white space'}),
  headers: headers.exactOptional(),
  body: anyJson.exactOptional(),
})

/** Reads a line such as `{"offsetMs": 1200, "method": "POST", "path": "/cart", "body": {"sku": "A"}}`. */
export const parseJsonLine = (text: string): LoggedRequest | {problem: string; column?: number} => {
  const parsed = parseJson(text)
  if ('problem' in parsed) return {problem: parsed.problem.message, column: parsed.problem.column}
  const checked = entry.safeParse(parsed.value)
  if (checked.success) {
    const {offsetMs, method, ...rest} = checked.data
    return {atMs: offsetMs, exact: true, method: method.toUpperCase(), ...rest}
  }
  const [issue] = checked.error.issues
  const where = issue?.path.join('.') ?? ''
  return {problem: `${where === '' ? '' : `${where}: `}${issue?.message ?? 'expected a mapping'}`}
}

/** A problem of one line of a file. */
export const lineProblem = (
  line: number,
  {problem, column = 1}: {problem: string; column?: number},
): FileProblem => ({
  line,
  column,
  message: problem,
})
