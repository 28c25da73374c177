// What each peer carries on one core, as fast as it can.
import {startPinned} from './machine.mjs'
import {autocannonCommand, has, k6Versions, startK6} from './peers.mjs'
import {carriedIn} from './window.mjs'

const connections = 50
const warmUp = 2
const limitMs = 60_000

const commands = {
  wrk: (url, seconds) => ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, url],
  hey: (url, seconds) => ['hey', '-cpus', '1', '-c', String(connections), '-z', `${seconds}s`, url],
  autocannon: (url, seconds) => [...autocannonCommand, '-c', String(connections), '-d', String(seconds), url],
}

/** Each of those that are here, one after the other; measured from when it is warm until before it ends. */
export const closedLoopPeers = async ({server, options}) => {
  const {core, seconds} = options
  const total = warmUp + seconds + 1
  const window = {afterMs: warmUp * 1000, forMs: seconds * 1000}
  const found = []
  for (const [name, command] of Object.entries(commands)) {
    if (!has[name]()) continue
    const {pid, output} = startPinned(core, command(server.url, total), limitMs + total * 1000)
    found.push({name, ...(await carriedIn(server, pid, window))})
    await output
  }
  for (const {name, path} of k6Versions(options)) {
    const scenario = {executor: 'constant-vus', vus: connections, duration: `${total}s`}
    const {pid, metrics} = startK6(core, path, server.url, scenario, limitMs + total * 1000)
    found.push({name, ...(await carriedIn(server, pid, window))})
    await metrics
  }
  return found
}
