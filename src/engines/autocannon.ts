import {UserError} from '../errors.js'
import type {Plan} from '../plan/plan.js'
import type {Engine} from './engine.js'
import {compileRequests} from './pacer/requests.js'
import {socketLimits} from './pacer/socket-limits.js'

/** Each connection goes to one place, so that a mix of places would be a mix of connections, not of requests. */
const originOf = (plan: Plan): string => {
  const origins = [...new Set(compileRequests(plan).map(({origin}) => origin))]
  if (origins.length > 1)
    throw new UserError(
      `autocannon sends to one endpoint, and these requests go to ${origins.join(' and ')}`,
      {
        hint: 'Keep the requests of one endpoint, or use engine: pacer.',
      },
    )
  if (origins.some((origin) => origin.startsWith('https:')))
    throw new UserError(
      `autocannon accepts any certificate, so what it says of ${origins[0]} proves nothing`,
      {
        hint: 'Use engine: pacer, which checks certificates, or an endpoint of plain http.',
      },
    )
  return origins[0] ?? ''
}

/** Every connection is open all the time. */
const checkSockets = (plan: Plan): void => {
  const connections = plan.scenario.load.streams.reduce(
    (sum, {profile}) => sum + (profile.kind === 'connections' ? profile.connections : 0),
    0,
  )
  const {mostFiles = Number.POSITIVE_INFINITY, openFiles, ports = Number.POSITIVE_INFINITY} = socketLimits()
  if (connections > mostFiles - openFiles)
    throw new UserError(
      `load.profile: ${connections} connections are asked for, and this process may open ${mostFiles} files, of which ${openFiles} are open`,
      {hint: `Raise the limit (ulimit -n ${connections + openFiles}), or ask for fewer connections.`},
    )
  if (connections > ports)
    throw new UserError(
      `load.profile: ${connections} connections are asked for, and this machine has ${ports} ports for connections to one address`,
      {hint: 'Ask for fewer connections, or widen the range net.ipv4.ip_local_port_range.'},
    )
}

/** Closed-loop load: as many requests as so many connections carry, each sent when the one before it was answered. */
const autocannon: Engine = {
  summary:
    'Closed loop, maximum throughput: each connection sends its next request when the last one was answered.',
  loop: 'closed',
  can: ['requests', 'expect'],
  example: `engine: autocannon
profile: {connections: 50}
requests:
  - {name: home, get: /}`,
  check: (plan) => {
    originOf(plan)
    checkSockets(plan)
  },
  prepare: async (plan, options) => {
    options.signal.throwIfAborted()
    const origin = originOf(plan)
    checkSockets(plan)
    // Only a run needs the rest, and every command that reads a scenario would wait for it.
    const [{checkOrigins}, {prepareInThread}] = await Promise.all([
      import('./pacer/preflight.js'),
      import('./autocannon/prepared-load.js'),
    ])
    await checkOrigins([origin], plan.scenario.load.connection, options.signal)
    return await prepareInThread(plan, options)
  },
}

export default autocannon
