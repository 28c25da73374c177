import {UserError} from '../errors.js'
import type {Plan} from '../plan/plan.js'
import {prepareInThread} from './autocannon/prepared-load.js'
import type {Engine} from './engine.js'
import {compileRequests} from './pacer/requests.js'

/** Each connection goes to one place, so that a mix of places would be a mix of connections, not of requests. */
const checkEndpoint = (plan: Plan): void => {
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
}

/** Closed-loop load: as many requests as so many connections carry, each sent when the one before it was answered. */
const autocannon: Engine = {
  summary:
    'Closed loop, maximum throughput: each connection sends its next request when the last one was answered.',
  loop: 'closed',
  can: ['requests'],
  example: `engine: autocannon
profile: {connections: 50}
requests:
  - {name: home, get: /}`,
  prepare: async (plan, options) => {
    options.signal.throwIfAborted()
    checkEndpoint(plan)
    return await prepareInThread(plan, options)
  },
}

export default autocannon
