import {UserError} from '../errors.js'
import type {Engine} from './engine.js'
import {checkListedTimes} from './k6/listed-limit.js'
import {compileRequests} from './pacer/requests.js'

/** Open-loop load from many machines: k6 in the pods of a cluster, which the k6-operator starts together. */
const k6Operator: Engine = {
  summary: 'k6 on many machines: writes a TestRun of the k6-operator, with all that it names.',
  loop: 'open',
  can: ['requests', 'streams', 'poisson', 'replay', 'script'],
  needs: 'a cluster with the k6-operator; see `shakedown manifests`',
  example: `engine: k6-operator
profile: {constant: 5000/s}
requests:
  - {name: home, get: /}`,
  elsewhere: 'shakedown manifests',
  check: (plan) => {
    if (plan.scenario.load.script === undefined) compileRequests(plan)
    checkListedTimes(plan)
  },
  prepare: async () => {
    throw new UserError('The engine k6-operator makes its load in a cluster', {
      hint: '`shakedown manifests SCENARIO` writes what the cluster needs for it.',
    })
  },
}

export default k6Operator
