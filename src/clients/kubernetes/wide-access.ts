import https from 'node:https'
import type {Access} from './access.js'

/** A log that is followed holds its connection all the time, and pods that are to start together must not wait for one. */
const maxSockets = 1_000

/** The same access with connections of its own, as many as are asked for at once. Behind a proxy it is the proxy's to say. */
export const wideAccess = (access: Access): Access => {
  let kept: {of: https.Agent; agent: https.Agent} | undefined
  return {
    ...access,
    authorize: async (signal) => {
      const options = await access.authorize(signal)
      const {agent} = options
      if (!(agent instanceof https.Agent) || agent.constructor !== https.Agent) return options
      if (kept?.of !== agent) {
        kept?.agent.destroy()
        // What proves who we are is among its options.
        kept = {of: agent, agent: new https.Agent({...agent.options, maxSockets})}
      }
      return {...options, agent: kept.agent}
    },
  }
}
