import {readFile} from 'node:fs/promises'
import {EnvironmentError, messageOf, UserError} from '../errors.js'
import {startToxiproxyServer} from '../toxiproxy/server.js'

/** How `proxy` was asked for. */
export interface ProxyRequest {
  host: string
  port: number
  seed?: number | undefined
  /** A file of proxies as the original takes it: an array of `{name, listen, upstream}`. */
  config?: string | undefined
}

const readConfig = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError(`The config ${path} cannot be read: ${messageOf(cause)}`, {cause})
  }
}

/** Serves until the signal aborts. Throws UserError for a bad config, EnvironmentError when the port cannot be had. */
export const serveProxy = async (
  {host, port, seed, config}: ProxyRequest,
  signal: AbortSignal,
  onReady: (url: string) => void,
): Promise<void> => {
  const proxies = config === undefined ? undefined : await readConfig(config)
  const options = {host, port, ...(seed === undefined ? {} : {seed})}
  const server = await startToxiproxyServer(options).catch((cause: unknown) => {
    throw new EnvironmentError(`The proxy server cannot listen on ${host}:${port}: ${messageOf(cause)}`, {
      hint: 'Choose another port with --port.',
      cause,
    })
  })
  try {
    if (proxies !== undefined) {
      const response = await fetch(`${server.url}/populate`, {method: 'POST', body: proxies, signal})
      if (!response.ok) throw new UserError(`The config ${config} is refused: ${await response.text()}`)
    }
    onReady(server.url)
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}))
  } finally {
    await server.close()
  }
}
