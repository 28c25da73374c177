import {Agent, type Dispatcher, EnvHttpProxyAgent} from 'undici'
import {UserError} from '../errors.js'
import type {Environment} from '../system/environment.js'
import type {TlsOptions} from './prometheus-tls.js'

/** How requests travel. */
export interface Route {
  dispatcher: Dispatcher
  /** The variable that names the proxy in between, for messages; `undefined` when there is none. */
  proxyFrom: string | undefined
}

const connections = 4

/** A proxy elsewhere cannot reach this machine's own loopback: as in Go, and unlike in curl, it is never asked to. */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)

/** The variable that holds the proxy for a scheme; the small letters go first, as in curl. */
const proxyVariable = (protocol: string, environment: Environment): string | undefined =>
  (protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']).find(
    (name) => environment[name],
  )

/** Whether NO_PROXY names the host: `*`, or names whose subdomains count too, each with a port if it likes. */
const isExempt = ({hostname, port, protocol}: URL, environment: Environment): boolean => {
  const entries = (environment['no_proxy'] || environment['NO_PROXY'] || '').split(/[,\s]+/).filter(Boolean)
  const ownPort = port || (protocol === 'https:' ? '443' : '80')
  return entries.some((entry) => {
    const [, host = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    const name = host.replace(/^\*?\./, '')
    if (onlyPort !== undefined && onlyPort !== ownPort) return false
    return name === '*' || hostname === name || hostname.endsWith(`.${name}`)
  })
}

/** The way to an address: straight, or by the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. */
export const routeTo = (address: string, tls: TlsOptions, environment: Environment): Route => {
  const url = new URL(address)
  const name = proxyVariable(url.protocol, environment)
  if (name === undefined || isLoopback(url.hostname) || isExempt(url, environment)) {
    return {dispatcher: new Agent({connections, connect: tls}), proxyFrom: undefined}
  }
  const written = environment[name] ?? ''
  const proxy = /^[a-z\d]+:\/\//i.test(written) ? written : `http://${written}`
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
    // Not repeated: it may hold a password.
    throw new UserError(`The proxy in ${name} is not an http:// or https:// address.`, {
      hint: `Correct ${name}, or name the host of Prometheus in NO_PROXY.`,
    })
  }
  const dispatcher = new EnvHttpProxyAgent({
    connections,
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: '',
    requestTls: tls,
    // Many proxies allow a tunnel to port 443 only: plain HTTP is passed on, not tunnelled.
    proxyTunnel: url.protocol === 'https:',
  })
  return {dispatcher, proxyFrom: name}
}
