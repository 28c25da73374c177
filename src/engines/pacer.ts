import type {Engine} from './engine.js'
import {prepareInThread} from './pacer/prepared-load.js'
import {compileRequests} from './pacer/requests.js'

/** Open-loop load from a worker thread, over plain HTTP/1.1 with keep-alive; the connections are opened as needed. */
const pacer: Engine = {
  summary: 'Built in, open loop: sends every request at its time, however slowly the target answers.',
  loop: 'open',
  can: ['requests'],
  prepare: async (plan, options) => {
    options.signal.throwIfAborted()
    // Compiled here for its complaints; the thread compiles again, as functions cannot be sent there.
    compileRequests(plan)
    return await prepareInThread(plan, options)
  },
}

export default pacer
