/** What is sent back; a body may come in chunks, as a long answer is never one text. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: string | Iterable<string>
}

/** Why a request of the API has no answer, and the status that goes with it. */
const statuses = {bad_data: 400, execution: 422, not_found: 404, timeout: 503, internal: 500} as const

export type ErrorType = keyof typeof statuses

/** A request of the API that is refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly type: ErrorType

  constructor(type: ErrorType, message: string) {
    super(message)
    this.type = type
  }
}

/** `invalid parameter "step": …` */
export const invalidParameter = (name: string, problem: string): ApiError =>
  new ApiError('bad_data', `invalid parameter "${name}": ${problem}`)

const json = {'content-type': 'application/json'}

/** The answer to a good request; `data` is JSON already, in chunks. */
export const success = (
  data: Iterable<string>,
  notes: {warnings?: string[]; infos?: string[]} = {},
): Reply => ({
  status: 200,
  headers: json,
  body: envelope(data, notes),
})

function* envelope(
  data: Iterable<string>,
  {warnings = [], infos = []}: {warnings?: string[]; infos?: string[]},
): Generator<string> {
  yield '{"status":"success","data":'
  yield* data
  if (warnings.length > 0) yield `,"warnings":${JSON.stringify(warnings)}`
  if (infos.length > 0) yield `,"infos":${JSON.stringify(infos)}`
  yield '}'
}

/** The answer to a good request, for data that is small. */
export const successOf = (data: unknown, warnings: string[] = []): Reply =>
  success([JSON.stringify(data)], {warnings})

export const failure = ({type, message}: ApiError): Reply => ({
  status: statuses[type],
  headers: json,
  body: JSON.stringify({status: 'error', errorType: type, error: message}),
})

/** Plain words, ended by a newline, for what is not part of the API proper. */
export const plain = (status: number, text: string, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: {'content-type': 'text/plain; charset=utf-8', ...headers},
  body: `${text}\n`,
})

export const noContent: Reply = {status: 204, headers: {}, body: ''}
