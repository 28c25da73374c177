import type {Engine} from './engine.js'
import {checkListedTimes} from './k6/listed-limit.js'
import {compileRequests} from './pacer/requests.js'

/** Open-loop load from many machines: k6 in the pods of a cluster, which the k6-operator starts together. */
const k6Operator: Engine = {
  summary: 'k6 on many machines: pods that the k6-operator starts; a Prometheus adds up what they see.',
  loop: 'open',
  can: ['requests', 'streams', 'poisson', 'replay', 'script', 'breakpoint', 'expect', 'tls', 'cluster'],
  needs: 'a cluster with the k6-operator, and a Prometheus that takes remote writes',
  example: `engine: k6-operator
profile: {constant: 5000/s}
requests:
  - {name: home, get: /}`,
  check: (plan) => {
    if (plan.scenario.load.script === undefined) compileRequests(plan)
    checkListedTimes(plan)
  },
  prepare: async (plan, options) => {
    options.signal.throwIfAborted()
    if (plan.scenario.load.script === undefined) compileRequests(plan)
    checkListedTimes(plan)
    // Only a run needs the rest, and every command that reads a scenario would wait for it.
    const {prepareK6Operator} = await import('./k6-operator/prepare.js')
    return await prepareK6Operator(plan, options)
  },
}

export default k6Operator
