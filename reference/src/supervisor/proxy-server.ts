import {type ChildProcess, spawn} from 'node:child_process'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {StartError} from '../start-error.js'
import {reasonOf, requestJson, whyOf} from './http-json.js'

/** A proxy as Toxiproxy's API takes it. */
export interface ProxyRequest {
  name: string
  listen: string
  upstream: string
  enabled: true
}

/** Creates all proxies; those that are there already, with the same addresses, keep their connections and toxics. */
export const populate = async (url: string, proxies: readonly ProxyRequest[]): Promise<void> => {
  const answer = await requestJson('POST', `${url}/populate`, {body: proxies, limitMs: 3000})
  if (answer.status !== 201) throw new StartError(`${url} did not create the proxies: ${reasonOf(answer)}`)
}

/** Starts our own proxy server; it ends when its stdin closes, so it cannot outlive the supervisor. */
export const spawnProxyServer = (command: readonly string[], port: number, output: number): ChildProcess => {
  const [program = process.execPath, ...args] = command
  return spawn(program, [...args, '--host', '127.0.0.1', '--port', String(port), '--owned'], {
    stdio: ['pipe', output, output],
  })
}

const recordFile = (stateDir: string): string => join(stateDir, 'borrowed-proxies.json')

const listProxies = async (url: string): Promise<Record<string, ProxyRequest>> => {
  const answer = await requestJson('GET', `${url}/proxies`, {limitMs: 3000}).catch((cause) => {
    throw new StartError(`Toxiproxy does not answer at ${url}: ${whyOf(cause)}`, {
      hint: 'Start it, or leave --toxiproxy out to use the built-in one.',
      cause,
    })
  })
  if (answer.status !== 200 || typeof answer.body !== 'object' || answer.body === null)
    throw new StartError(`${url} does not answer like Toxiproxy: ${reasonOf(answer)}`)
  // The shape is Toxiproxy's, and fields are only compared.
  return answer.body as Record<string, ProxyRequest>
}

const removeProxies = async (url: string, names: readonly string[]): Promise<void> => {
  const remove = (name: string) => requestJson('DELETE', `${url}/proxies/${encodeURIComponent(name)}`)
  await Promise.allSettled(names.map(remove))
}

/** Removes what a killed supervisor left there; refuses when proxies of those names are somebody else's. */
const makeRoom = async (url: string, wanted: readonly ProxyRequest[], stateDir: string): Promise<void> => {
  const present = await listProxies(url)
  const record = await readFile(recordFile(stateDir), 'utf8').catch(() => '{"url": "", "proxies": []}')
  const left: {url: string; proxies: ProxyRequest[]} = JSON.parse(record)
  const isOurs = (name: string): boolean => {
    const ours = left.proxies.find((proxy) => proxy.name === name)
    return (
      left.url === url && ours?.upstream === present[name]?.upstream && ours?.listen === present[name]?.listen
    )
  }
  const taken = wanted.map(({name}) => name).filter((name) => present[name])
  const foreign = taken.filter((name) => !isOurs(name))
  if (foreign.length > 0)
    throw new StartError(`Toxiproxy at ${url} already has ${foreign.join(', ')}`, {
      hint: 'Another reference deployment may use it. Delete these proxies, or use another Toxiproxy.',
    })
  await removeProxies(url, taken)
}

/**
 * Creates our proxies in somebody else's Toxiproxy. `beforeCreation` is told how to give them back, which deletes
 * exactly ours; both that and a note on disk come first, so that nothing is left behind at whatever moment we die.
 */
export const borrowProxies = async (
  url: string,
  proxies: readonly ProxyRequest[],
  stateDir: string,
  beforeCreation: (names: string[], giveBack: () => Promise<void>) => void,
): Promise<void> => {
  await makeRoom(url, proxies, stateDir)
  await mkdir(stateDir, {recursive: true})
  await writeFile(recordFile(stateDir), JSON.stringify({url, proxies}))
  const names = proxies.map(({name}) => name)
  beforeCreation(names, async () => {
    await removeProxies(url, names)
    await rm(recordFile(stateDir), {force: true})
  })
  await populate(url, proxies)
}
