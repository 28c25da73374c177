import type {Engine} from './engine.js'
import {checkListedTimes} from './k6/listed-limit.js'
import {compileRequests} from './pacer/requests.js'

/** Open-loop load from k6: a script of the user's, or the scenario's requests by a script of ours. */
const k6: Engine = {
  summary: 'k6 1.5 or later, 2 too: runs a k6 script as it is, or sends the requests of the scenario.',
  loop: 'open',
  can: ['requests', 'streams', 'poisson', 'replay', 'script', 'breakpoint', 'expect', 'tls', 'cluster'],
  needs: 'k6 1.5 or later, on the PATH or named by K6_PATH',
  example: `script: ./checkout.js
profile: {constant: 50/s}`,
  check: checkListedTimes,
  prepare: async (plan, options) => {
    options.signal.throwIfAborted()
    checkListedTimes(plan)
    const {script, connection, on} = plan.scenario.load
    if (on === 'kubernetes') {
      if (script === undefined) compileRequests(plan)
      const {prepareClusterK6} = await import('./k6/cluster/prepare.js')
      return await prepareClusterK6(plan, options)
    }
    // Compiled here for its complaints: the script of ours compiles again, inside k6.
    const requests = script === undefined ? compileRequests(plan) : []
    const origins = requests.map(({origin}) => origin)
    // Only a run needs the rest, and every command that reads a scenario would wait for it.
    const [{checkOrigins}, {prepareK6}] = await Promise.all([
      import('./pacer/preflight.js'),
      import('./k6/prepared-load.js'),
    ])
    await checkOrigins(origins, connection, options.signal)
    return await prepareK6(plan, options)
  },
}

export default k6
