import {BlockList, isIP} from 'node:net'
import type {Environment} from '../system/environment.js'

/** A proxy between us and an address. */
interface ProxyChoice {
  /** As the variable has it, with a scheme; it may hold a password. */
  url: string
  /** The variable that names it, for messages. */
  from: string
}

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1')

/** A proxy elsewhere cannot reach this machine's own loopback: as in Go, and unlike in curl, it is never asked to. */
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)

/** The variable that holds the proxy for a scheme; the small letters go first, as in curl. */
const proxyVariable = (protocol: string, environment: Environment): string | undefined =>
  (protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']).find(
    (name) => environment[name],
  )

/** Whether an address is in a network such as `10.0.0.0/8`, as in Go. */
const isInNetwork = (hostname: string, entry: string): boolean => {
  const [, network = '', bits = ''] = /^([^/]+)\/(\d+)$/.exec(entry) ?? []
  const address = bare(hostname)
  const family = isIP(network)
  if (family === 0 || isIP(address) !== family || Number(bits) > (family === 4 ? 32 : 128)) return false
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  const block = new BlockList()
  block.addSubnet(network, Number(bits), kind)
  return block.check(address, kind)
}

/**
 * Whether NO_PROXY names the host: `*`, an address, a network, or names whose subdomains count too, each with a port if it
 * likes.
 */
const isExempt = ({hostname, port, protocol}: URL, environment: Environment): boolean => {
  const entries = (environment['no_proxy'] || environment['NO_PROXY'] || '').split(/[,\s]+/).filter(Boolean)
  const ownPort = port || (protocol === 'https:' ? '443' : '80')
  return entries.some((entry) => {
    if (isInNetwork(hostname, entry) || bare(hostname) === bare(entry.toLowerCase())) return true
    const [, host = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? []
    const name = host.replace(/^\*?\./, '')
    if (onlyPort !== undefined && onlyPort !== ownPort) return false
    return name === '*' || hostname === name || hostname.endsWith(`.${name}`)
  })
}

/** The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY say for an address; undefined when there is none. */
export const proxyFor = (address: string, environment: Environment): ProxyChoice | undefined => {
  const url = new URL(address)
  const from = proxyVariable(url.protocol, environment)
  if (from === undefined || isLoopback(url.hostname) || isExempt(url, environment)) return undefined
  const written = environment[from] ?? ''
  return {url: /^[a-z\d]+:\/\//i.test(written) ? written : `http://${written}`, from}
}
