import type {Engine} from './engine.js'
import {prepareInThreads} from './pacer/prepared-load.js'
import {compileRequests} from './pacer/requests.js'

/** Open-loop load from worker threads; connections are kept alive, and opened as needed. */
const pacer: Engine = {
  summary: 'Built in, open loop: sends every request at its time, however slowly the target answers.',
  loop: 'open',
  can: ['requests', 'streams', 'poisson', 'threads'],
  example: `profile: {constant: 50/s}
requests:
  - {name: home, get: /}`,
  prepare: async (plan, options) => {
    options.signal.throwIfAborted()
    // Compiled here for its complaints; the thread compiles again, as functions cannot be sent there.
    compileRequests(plan)
    return await prepareInThreads(plan, options)
  },
}

export default pacer
