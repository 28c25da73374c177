import type {PrometheusAccess} from '../scenarios/prometheus-access.js'

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')

/** What of a way to a Prometheus is not safe. `address` is the one with its credentials. */
export const cautionsOf = (address: string, {tls, bearer, basic}: PrometheusAccess): string[] => {
  const {protocol, hostname, username, host} = new URL(address)
  const inClear = protocol === 'http:' && !isLoopback(hostname)
  return [
    ...(tls?.insecure && protocol === 'https:'
      ? [
          `the certificate of Prometheus at ${host} is not checked: anyone in between can read and change answers`,
        ]
      : []),
    ...(inClear && (bearer ?? basic ?? username)
      ? [`credentials go to ${host} unencrypted, over http://`]
      : []),
  ]
}
