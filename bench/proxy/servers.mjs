// Starts the proxies to compare, each pinned to the same core, and reads what they cost.
import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'

const succeeds = (command, ...args) => {
  try {
    execFileSync(command, args, {stdio: 'ignore'})
    return true
  } catch {
    return false
  }
}

const pinner = 'taskset'

/** True where taskset is: on Linux. */
export const canPin = succeeds(pinner, '--version')

const pinned = (core, command) => (canPin ? [pinner, '-c', String(core), ...command] : command)

/** Keeps this process, and those it starts from now on, off the proxies' core. */
export const leaveCore = (core, cores) => {
  if (!canPin || cores < 2) return
  const others = Array.from({length: cores}, (_, index) => index).filter((index) => index !== core)
  execFileSync(pinner, ['-a', '-cp', others.join(','), String(process.pid)], {stdio: 'ignore'})
}

/**
 * Each server has a session of its own, as servers have. Linux shares a core between sessions first: within the
 * benchmark's, a proxy would get the less of a busy core the fewer threads it has.
 */
const startOurs = async (core, entry) => {
  const [command, ...args] = pinned(core, [process.execPath, entry, '--port', '0', '--owned', '--seed', '1'])
  const child = spawn(command, args, {stdio: ['pipe', 'pipe', 'inherit'], detached: true})
  const died = once(child, 'exit').then(() => [undefined])
  const [line] = await Promise.race([once(createInterface({input: child.stdout}), 'line'), died])
  if (line === undefined) throw new Error(`${entry} did not start: npm run build makes it`)
  return {name: 'ours', child, url: JSON.parse(line).url}
}

/** The real server when it is installed. */
const startReal = async (core) => {
  const tool = fileURLToPath(new URL('../../tools/toxiproxy', import.meta.url))
  let binary
  try {
    binary = execFileSync(tool, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim()
  } catch {
    console.log('The real Toxiproxy is not installed (tools/toxiproxy installs it): measuring ours alone.\n')
    return undefined
  }
  const port = 20_000 + (process.pid % 10_000)
  const [command, ...args] = pinned(core, [binary, '-host', '127.0.0.1', '-port', String(port)])
  const child = spawn(command, args, {stdio: 'ignore', detached: true})
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 250; tries++) {
    const ok = await fetch(`${url}/version`).then(
      () => true,
      () => false,
    )
    if (ok) return {name: 'Toxiproxy 2.12.0', child, url}
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  child.kill('SIGKILL')
  throw new Error('The real Toxiproxy did not start within 5 s')
}

/** Ours first; the real one after it when there is one. `taskset` becomes what it starts, so the pid is the proxy's. */
export const startServers = async (core, entry) => {
  const ours = await startOurs(core, entry)
  try {
    const real = await startReal(core)
    return real ? [ours, real] : [ours]
  } catch (cause) {
    ours.child.kill('SIGKILL')
    throw cause
  }
}

/** Five toxics under which all data keeps flowing, at once and unchanged. */
export const fiveToxics = [
  {type: 'noop', attributes: {}},
  {type: 'latency', attributes: {latency: 0, jitter: 0}},
  {type: 'bandwidth', attributes: {rate: 100_000_000}},
  {type: 'slicer', attributes: {average_size: 10_000_000, size_variation: 0, delay: 0}},
  {type: 'limit_data', attributes: {bytes: 1_000_000_000_000_000}},
]

const post = async (url, body) => {
  const response = await fetch(url, {method: 'POST', body: JSON.stringify(body)})
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`)
  return response.json()
}

/** Creates a proxy with these downstream toxics; resolves to its port. */
export const openProxy = async ({url}, name, upstreamPort, toxics = []) => {
  const upstream = `127.0.0.1:${upstreamPort}`
  const {listen} = await post(`${url}/proxies`, {name, listen: '127.0.0.1:0', upstream})
  for (const toxic of toxics) await post(`${url}/proxies/${name}/toxics`, toxic)
  return Number(listen.split(':').at(-1))
}

/** Resident memory, in megabytes of 1,000,000 bytes; undefined where there is no /proc. */
export const residentMegabytes = ({child: {pid}}) => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return (Number(kilobytes) * 1024) / 1e6
  } catch {
    return undefined
  }
}

/** Processor time used so far, in seconds (Linux counts 100 ticks per second); undefined where there is no /proc. */
export const cpuSeconds = ({child: {pid}}) => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return undefined
  }
}
