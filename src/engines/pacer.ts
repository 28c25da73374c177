import type {Engine} from './engine.js'
import {compileRequests} from './pacer/requests.js'
import {checkSocketLimits} from './pacer/socket-limits.js'

/** Open-loop load from worker threads; connections are kept alive, and opened as needed. */
const pacer: Engine = {
  summary: 'Built in, open loop: sends every request at its time, however slowly the target answers.',
  loop: 'open',
  can: [
    'requests',
    'flows',
    'expect',
    'replay',
    'streams',
    'poisson',
    'threads',
    'breakpoint',
    'http2',
    'tls',
  ],
  example: `profile: {constant: 50/s}
requests:
  - {name: home, get: /}`,
  check: (plan) => {
    compileRequests(plan)
    checkSocketLimits(plan)
  },
  prepare: async (plan, options) => {
    options.signal.throwIfAborted()
    // Compiled here for its complaints; the thread compiles again, as functions cannot be sent there.
    const requests = compileRequests(plan)
    checkSocketLimits(plan)
    const origins = requests.map(({origin}) => origin)
    // Only a run needs the rest, and every command that reads a scenario would wait for it.
    const [{checkOrigins}, {prepareInThreads}] = await Promise.all([
      import('./pacer/preflight.js'),
      import('./pacer/prepared-load.js'),
    ])
    await checkOrigins(origins, plan.scenario.load.connection, options.signal)
    return await prepareInThreads(plan, options)
  },
}

export default pacer
