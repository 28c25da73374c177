import {Agent, type Dispatcher, EnvHttpProxyAgent} from 'undici'
import {UserError} from '../errors.js'
import type {Environment} from '../system/environment.js'
import type {TlsOptions} from './prometheus-tls.js'
import {proxyFor} from './proxy-choice.js'

/** How requests travel. */
export interface Route {
  dispatcher: Dispatcher
  /** The variable that names the proxy in between, for messages; `undefined` when there is none. */
  proxyFrom: string | undefined
}

const connections = 4

/** The way to an address: straight, or by the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. */
export const routeTo = (address: string, tls: TlsOptions, environment: Environment): Route => {
  const url = new URL(address)
  const chosen = proxyFor(address, environment)
  if (chosen === undefined) return {dispatcher: new Agent({connections, connect: tls}), proxyFrom: undefined}
  const {url: proxy, from: name} = chosen
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
