import http from 'node:http'
import https, {type RequestOptions} from 'node:https'

/** Idle connections to the API server that are kept. */
const maxFreeSockets = 8

/**
 * Keeps connections between calls for as long as the credentials stay the same: the package makes a new agent, and so a
 * new TLS handshake, for each. Behind a proxy the package's own agent is used.
 */
export const agentFor = (behindProxy: boolean): ((options: RequestOptions, server: string) => http.Agent) => {
  let kept: {key: string; agent: http.Agent} | undefined
  return (options, server) => {
    if (behindProxy && options.agent instanceof http.Agent) return options.agent
    const {ca, cert, key, pfx, passphrase, servername, rejectUnauthorized} = options
    const identity = [ca, cert, key, pfx, passphrase, servername, rejectUnauthorized].map(String).join('\0')
    if (kept?.key === identity) return kept.agent
    const given = Object.entries({ca, cert, key, pfx, passphrase, servername, rejectUnauthorized})
    const tls = Object.fromEntries(given.filter(([, value]) => value !== undefined))
    const settings = {keepAlive: true, maxFreeSockets}
    const agent = server.startsWith('http:')
      ? new http.Agent(settings)
      : new https.Agent({...settings, ...tls})
    kept = {key: identity, agent}
    return agent
  }
}
