import {readdirSync, readFileSync} from 'node:fs'
import {UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {requestsOf} from '../../scenarios/load-requests.js'

/** What the machine allows; a limit is undefined where the system does not say. */
export interface SocketLimits {
  /** Files (and so sockets) that this process may have open. */
  mostFiles: number | undefined
  openFiles: number
  /** Ports for connections to one address. */
  ports: number | undefined
}

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const numberIn = (text: string | undefined, pattern: RegExp): number | undefined => {
  const value = Number(pattern.exec(text ?? '')?.[1])
  return Number.isInteger(value) ? value : undefined
}

const openFiles = (): number => {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

/** Asks the kernel, as Linux tells it. */
export const socketLimits = (): SocketLimits => {
  const range = textOf('/proc/sys/net/ipv4/ip_local_port_range')?.trim().split(/\s+/).map(Number)
  const [from, to] = range ?? []
  return {
    mostFiles: numberIn(textOf('/proc/self/limits'), /^Max open files\s+(\d+)/m),
    openFiles: openFiles(),
    ports: from !== undefined && to !== undefined ? to - from + 1 : undefined,
  }
}

/** Requests that can be in flight at once: what arrives within a timeout, up to the limit. Flows last longer. */
export const mostInFlight = ({scenario: {load}, rates}: Plan): number => {
  if (load.streams.some(({flows = []}) => flows.length > 0)) return load.maxInFlight
  const peak = rates.reduce(
    (most, {fromPerSecond, toPerSecond}) => Math.max(most, fromPerSecond, toPerSecond),
    0,
  )
  const timeoutMs = requestsOf(load).reduce(
    (most, {request}) => Math.max(most, request.timeoutMs ?? 0),
    load.timeoutMs,
  )
  return Math.min(load.maxInFlight, Math.ceil((peak * timeoutMs) / 1000) + 1)
}

/** Throws UserError when a load may need more sockets at once than the machine has. HTTP/2 needs few. */
export const checkSocketLimits = (plan: Plan, limits: SocketLimits = socketLimits()): void => {
  if (plan.scenario.load.connection?.http === 2) return
  const needed = mostInFlight(plan)
  const {mostFiles, openFiles: open, ports} = limits
  const asks = `The load may have ${needed} requests in flight at once, each on a connection of its own`
  if (mostFiles !== undefined && needed > mostFiles - open) {
    throw new UserError(`${asks}, and this process may open ${mostFiles} files, of which ${open} are open`, {
      hint: `Raise the limit (ulimit -n ${needed + open}), or lower load.max-in-flight or load.timeout.`,
    })
  }
  if (ports !== undefined && needed > ports) {
    throw new UserError(`${asks}, and this machine has ${ports} ports for connections to one address`, {
      hint: 'Lower load.max-in-flight, or widen the range net.ipv4.ip_local_port_range.',
    })
  }
}
