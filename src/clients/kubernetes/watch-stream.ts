import type {IncomingMessage} from 'node:http'
import {type Api, orThrow} from './api.js'
import {type ApiRequest, beginRequest} from './transport.js'

/** A watch that is silent for so long is checked by a small question: a hung API server sends no event at all. */
const quietMs = 15_000

/** The watch itself said nothing for too long: what is between us may pass on new calls and have forgotten this one. */
export class DeafWatch extends Error {
  override readonly name = 'DeafWatch'
}

/** Calls `check` whenever nothing was heard for `quietMs`; `lost` gets what it throws, or DeafWatch after `deafMs`. */
const whileQuiet = (check: () => Promise<void>, deafMs: number, lost: (cause: unknown) => void) => {
  let quiet: NodeJS.Timeout | undefined
  let deaf: NodeJS.Timeout | undefined
  let over = false
  const answers = (): void => {
    clearTimeout(quiet)
    if (!over) quiet = setTimeout(() => void check().then(answers, lost), quietMs)
  }
  const heard = (): void => {
    answers()
    clearTimeout(deaf)
    if (!over) deaf = setTimeout(() => lost(new DeafWatch('nothing was heard')), deafMs)
  }
  const stop = (): void => {
    over = true
    clearTimeout(quiet)
    clearTimeout(deaf)
  }
  heard()
  return {heard, stop}
}

const text = async (response: IncomingMessage): Promise<string> => {
  let all = ''
  for await (const part of response.setEncoding('utf8')) all += String(part)
  return all
}

/**
 * Yields the lines of a watch, all that came at once together, until the API server ends it. Throws EnvironmentError
 * when it is refused, the signal's reason when it aborts, what `check` threw when it was silent and that failed, and
 * DeafWatch when it was silent for too long.
 */
export async function* watchLines(
  api: Api,
  asked: ApiRequest,
  check: () => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  signal.throwIfAborted()
  const request = await beginRequest(api.access, asked, signal)
  let stopped: {cause: unknown} | undefined
  const stop = (cause: unknown): void => {
    stopped ??= {cause}
    request.destroy(new Error('stopped'))
  }
  const abort = (): void => stop(signal.reason)
  signal.addEventListener('abort', abort, {once: true})
  const quiet = whileQuiet(check, api.patience.deafMs, stop)
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve)
      request.on('error', reject)
    })
    const {statusCode: status = 0, headers} = response
    if (status !== 200) {
      const answer = {status, text: await text(response), retryAfter: headers['retry-after'], unsure: false}
      orThrow(answer, asked.asked, api.access.where)
    }
    let rest = ''
    for await (const part of response.setEncoding('utf8')) {
      quiet.heard()
      const lines = `${rest}${String(part)}`.split('\n')
      rest = lines.pop() ?? ''
      if (lines.length > 0) yield lines
    }
  } catch (cause) {
    throw stopped ? stopped.cause : cause
  } finally {
    quiet.stop()
    signal.removeEventListener('abort', abort)
    request.destroy()
  }
}
