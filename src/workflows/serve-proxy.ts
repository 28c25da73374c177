import {readFile} from 'node:fs/promises'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import {type RunningToxiproxyServer, startToxiproxyServer} from '../toxiproxy/server.js'

/** How `proxy` was asked for. */
export interface ProxyRequest {
  host: string
  port: number
  seed?: number | undefined
  /** A file of proxies as the original takes it: an array of `{name, listen, upstream}`. */
  config?: string | undefined
}

const configHint =
  'Expected a JSON array of proxies: [{"name": "redis", "listen": "127.0.0.1:26379", "upstream": "127.0.0.1:6379"}].'

/** Bodies of the API end at 1 MiB, and no list of proxies comes near it. Starting takes as long as each listener. */
const populateLimitMs = 30_000

const readConfig = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError(`The config ${path} cannot be read: ${messageOf(cause)}`, {hint: configHint, cause})
  }
}

const listenHint = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    ? 'Another server has it, maybe a Toxiproxy. Stop that one, or choose another port with --port.'
    : 'Choose an address of this machine with --host and a port that you may use with --port.'

const start = async ({host, port, seed}: ProxyRequest): Promise<RunningToxiproxyServer> => {
  try {
    return await startToxiproxyServer({host, port, ...(seed === undefined ? {} : {seed})})
  } catch (cause) {
    throw new EnvironmentError(`The proxy server cannot listen on ${host}:${port}: ${messageOf(cause)}`, {
      hint: listenHint(cause),
      cause,
    })
  }
}

/** Populate says why in JSON. */
const reasonIn = (answer: string): string => {
  // Our own server wrote it, in the shape of the original.
  const {error} = JSON.parse(answer) as {error: string}
  return error
}

/** A file that is wrong is the user's to change (400); an address that cannot be had is the machine's matter (500). */
const populate = async (url: string, path: string, proxies: string): Promise<void> => {
  const limit = new AbortController()
  const timer = setTimeout(
    () => limit.abort(new Error(`no answer within ${populateLimitMs} ms`)),
    populateLimitMs,
  )
  try {
    const response = await fetch(`${url}/populate`, {method: 'POST', body: proxies, signal: limit.signal})
    const answer = await response.text()
    if (response.ok) return
    const reason = reasonIn(answer)
    if (response.status < 500)
      throw new UserError(`The config ${path} is refused: ${reason}`, {hint: configHint})
    throw new EnvironmentError(`A proxy of the config ${path} cannot listen: ${reason}`, {
      hint: 'Change its "listen" to an address of this machine that is free; port 0 takes any free port.',
    })
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Serves until the signal aborts. Throws UserError for a bad config, EnvironmentError when the API or a proxy of the
 * config cannot listen; nothing is left running then.
 */
export const serveProxy = async (
  request: ProxyRequest,
  signal: AbortSignal,
  onReady: (server: Pick<RunningToxiproxyServer, 'url' | 'seed'>) => void,
): Promise<void> => {
  const {config} = request
  const proxies = config === undefined ? undefined : await readConfig(config)
  const server = await start(request)
  try {
    if (config !== undefined && proxies !== undefined) await populate(server.url, config, proxies)
    onReady(server)
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
  } finally {
    await server.close()
  }
}
