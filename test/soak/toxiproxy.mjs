// A Toxiproxy of the soak's own, ours or the real one, and its API as any client would use it.
import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {root} from './cli.mjs'
import {freePort} from './free-port.mjs'
import {signalTo, track, until} from './processes.mjs'

/** The command of a server, without its port. The real one is installed by tools/toxiproxy where it is not there yet. */
const commandOf = async (kind) => {
  if (kind === 'embedded')
    return [process.execPath, join(root, 'dist/toxiproxy/main.js'), '--host', '127.0.0.1']
  const {stdout} = await promisify(execFile)(new URL('../../tools/toxiproxy', import.meta.url).pathname, {
    timeout: 600_000,
  })
  return [stdout.trim(), '-host', '127.0.0.1']
}

const call = async (url, method = 'GET', body) => {
  const content = body === undefined ? {} : {body: JSON.stringify(body)}
  const response = await fetch(url, {method, signal: AbortSignal.timeout(10_000), ...content})
  const text = await response.text()
  if (!response.ok && response.status !== 404) throw new Error(`${method} ${url}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** The API at an address. */
export const apiAt = (url) => ({
  url,
  proxies: () => call(`${url}/proxies`),
  create: (proxy) => call(`${url}/proxies`, 'POST', proxy),
  setEnabled: (proxy, enabled) => call(`${url}/proxies/${proxy}`, 'POST', {enabled}),
  remove: (proxy) => call(`${url}/proxies/${proxy}`, 'DELETE'),
  addToxic: (proxy, toxic) => call(`${url}/proxies/${proxy}/toxics`, 'POST', toxic),
})

const answers = (url) =>
  fetch(`${url}/version`, {signal: AbortSignal.timeout(1_000)}).then(
    ({ok}) => ok,
    () => false,
  )

/** Starts a server of this kind; `start` starts it again on its port after `kill`, and it is empty then. */
export const startToxiproxy = async (kind) => {
  const [command, ...args] = await commandOf(kind)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const flag = kind === 'embedded' ? '--port' : '-port'
  // Ours says nothing unless it breaks; the real one logs every call.
  const stdio = ['ignore', 'ignore', kind === 'embedded' ? 'inherit' : 'ignore']
  let child
  const start = async () => {
    child = track(spawn(command, [...args, flag, String(port)], {stdio}))
    if (!(await until(() => answers(url), 60_000, 50)))
      throw new Error(`${command} does not answer at ${url}`)
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    signalTo(child.pid, 'SIGKILL')
    await gone
  }
  await start()
  return {url, start, kill, signal: (name) => signalTo(child.pid, name)}
}
