import {lookup} from 'node:dns/promises'
import type {AddressInfo, Server} from 'node:net'

/** Host and port of an address. */
export interface HostPort {
  host: string
  port: number
}

/**
 * Splits `host:port` or `[v6]:port`; the empty text is any host and port. Throws an Error with the text that Go's
 * `net` package gives for the same address.
 */
export const splitHostPort = (address: string): HostPort => {
  if (address === '') return {host: '', port: 0}
  const bracketed = /^\[([^\]]*)\]:([^:]*)$/.exec(address)
  const colon = address.lastIndexOf(':')
  if (colon < 0) throw new Error(`address ${address}: missing port in address`)
  const host = bracketed?.[1] ?? address.slice(0, colon)
  const text = bracketed?.[2] ?? address.slice(colon + 1)
  if (!bracketed && host.includes(':')) throw new Error(`address ${address}: too many colons in address`)
  const port = Number(text === '' ? 0 : text)
  if (!/^\d*$/.test(text) || port > 65_535) throw new Error(`address ${text}: invalid port`)
  return {host, port}
}

/** Hosts that stand for every address of the machine. */
const anywhere = ['', '0.0.0.0', '::']

/** The address with `localhost` spelled as the server will spell it. */
export const canonicalAddress = (address: string): string => address.replace(/^localhost:/, '127.0.0.1:')

/** Starts listening; resolves to the address in the form of Go (`127.0.0.1:3310`, `[::]:3310`). */
export const listen = async (server: Server, address: string): Promise<string> => {
  const {host, port} = splitHostPort(canonicalAddress(address))
  // IPv4 first, as Go has it for listeners. Without a host Node listens on all addresses of both families.
  const bound = anywhere.includes(host) ? undefined : (await lookup(host, {verbatim: false})).address
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({port, ...(bound === undefined ? {} : {host: bound})}, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // A listening TCP server always has an AddressInfo; the other types are those of pipes and closed servers.
  const actual = server.address() as AddressInfo
  return actual.family === 'IPv6' ? `[${actual.address}]:${actual.port}` : `${actual.address}:${actual.port}`
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'bind: address already in use',
  EACCES: 'bind: permission denied',
  EADDRNOTAVAIL: 'bind: cannot assign requested address',
}

/** Go's text for a failure to listen. */
export const listenErrorText = (address: string, thrown: unknown): string => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const reason = reasons[code]
  if (reason) return `listen tcp ${canonicalAddress(address)}: ${reason}`
  return `listen tcp: ${thrown instanceof Error ? thrown.message : String(thrown)}`
}
