import {stringify} from 'yaml'
import {EnvironmentError} from '../../errors.js'
import type {Cluster, Right} from './cluster.js'
import {rightInWords, rulesFor} from './needed-rights.js'

/** The WebSocket of a port-forward is opened with a GET. */
const rightIn = (namespace: string): Right => ({
  verb: 'get',
  group: '',
  resource: 'pods',
  subresource: 'portforward',
  namespace,
})

/**
 * Throws EnvironmentError when this account may not forward ports: each connection would only be closed, and who is behind
 * it would be blamed.
 */
export const checkMayForward = async (cluster: Cluster): Promise<void> => {
  const right = rightIn(cluster.namespace)
  // Where nobody tells what an account may do, the connections will show.
  const answers = await cluster.review([right]).catch(() => [])
  if (answers.every(({allowed}) => allowed)) return
  throw new EnvironmentError(`This account may not ${rightInWords(right)} (${cluster.where})`, {
    hint: `A Role with this rule would allow it, or say \`by: service-proxy\`:\n${stringify(rulesFor([right])).trimEnd()}`,
  })
}
