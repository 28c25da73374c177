/**
 * Outlives the supervisor, even one that is killed, by the moment it takes to end all that the supervisor started:
 * frozen processes, databases (which do not notice that their parent went), directories, proxies lent by others.
 */
import {rm} from 'node:fs/promises'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import type {GuardedProcess, GuardianMessage} from './messages.js'
import {isAlive, signalProcess} from './process-identity.js'

const processes = new Map<number, GuardedProcess>()
const directories = new Set<string>()
let dismissed = false
let proxies: {url: string; names: string[]} | undefined

const note = (message: GuardianMessage): void => {
  switch (message.kind) {
    case 'process':
      processes.set(message.process.pid, message.process)
      break
    case 'ended':
      processes.delete(message.pid)
      break
    case 'directory':
      directories.add(message.path)
      break
    case 'proxies':
      proxies = {url: message.url, names: message.names}
      break
    case 'dismiss':
      dismissed = true
      break
  }
}

const endProcesses = async (): Promise<void> => {
  const all = [...processes.values()]
  for (const each of all) signalProcess(each, each.firstSignal ?? 'SIGKILL')
  for (let waitedMs = 0; waitedMs < 500 && all.some(isAlive); waitedMs += 20) await delay(20)
  for (const each of all) signalProcess(each, 'SIGKILL')
}

const removeProxies = async (): Promise<void> => {
  const {url, names} = proxies ?? {url: '', names: []}
  const remove = (name: string) =>
    fetch(`${url}/proxies/${name}`, {method: 'DELETE', signal: AbortSignal.timeout(1000)})
  await Promise.allSettled(names.map(remove))
}

const cleanUp = async (): Promise<void> => {
  await Promise.all([endProcesses(), removeProxies()])
  // A database's own children may still write their last file.
  const remove = (path: string) => rm(path, {recursive: true, force: true, maxRetries: 5, retryDelay: 50})
  await Promise.allSettled([...directories].map(remove))
}

// Ctrl-C and a stop of the whole service are for the supervisor; the guardian goes after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

// A pipe, not Node's IPC: what the supervisor wrote is read even when it died while this process was starting.
for await (const line of createInterface({input: process.stdin})) note(JSON.parse(line))
if (!dismissed) await cleanUp()
