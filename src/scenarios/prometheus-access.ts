import {resolve} from 'node:path'
import {Hidden} from '../system/hidden.js'

/** A secret itself, or where it stands: what is written down names the place, never the secret. */
export type Secret = Hidden | {env: string} | {file: string}

/** How TLS is spoken; files are PEM. */
export interface TlsAccess {
  /** Trusted in place of the machine's own authorities. */
  caFile?: string
  /** Client certificate, with its key. */
  certFile?: string
  keyFile?: string
  /** The name that the certificate must have, in place of the host's. */
  serverName?: string
  /** Takes any certificate: whoever is in between may read along. */
  insecure?: boolean
}

/** How to get at a Prometheus, besides its address. */
export interface PrometheusAccess {
  /** The address as written, where it holds what must not be shown: a password, or a query string. */
  address?: Hidden
  bearer?: Secret
  basic?: {username: string; password: Secret}
  /** More headers, for tenants say. */
  headers?: Record<string, Secret>
  tls?: TlsAccess
  /** Limit for each attempt of a request; default 10 s. */
  timeoutMs?: number
  /** How old a sample may be and still answer an instant query; learnt from the scrape intervals by default. */
  lookbackMs?: number
}

/** Of an address what may be shown: no credentials, no query string. `undefined` when it is not an http(s) URL. */
export const printableUrl = (address: string): string | undefined => {
  const parsed = URL.canParse(address) ? new URL(address) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, '')}`
}

/** A Prometheus, with what it takes to get at it. */
export type PrometheusAt = {kind: 'prometheus'; url: string} & PrometheusAccess

/** A Prometheus by its address, where the address may hold what must not be shown. */
export const prometheusAt = (address: string): PrometheusAt => {
  const shown = printableUrl(address)
  const plain = shown !== undefined && [shown, `${shown}/`].includes(address)
  return {kind: 'prometheus', url: shown ?? '', ...(!plain && {address: new Hidden(address)})}
}

const resolveSecret = (folder: string, secret: Secret): Secret =>
  'file' in secret ? {file: resolve(folder, secret.file)} : secret

/** The same access with its files found from this folder. */
export const accessFrom = <Access extends PrometheusAccess>(folder: string, access: Access): Access => {
  const {bearer, basic, headers, tls} = access
  const files = Object.fromEntries(
    (['caFile', 'certFile', 'keyFile'] as const).flatMap((key) =>
      tls?.[key] === undefined ? [] : [[key, resolve(folder, tls[key])]],
    ),
  )
  return {
    ...access,
    ...(bearer && {bearer: resolveSecret(folder, bearer)}),
    ...(basic && {basic: {...basic, password: resolveSecret(folder, basic.password)}}),
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, resolveSecret(folder, value)]),
      ),
    }),
    ...(tls && {tls: {...tls, ...files}}),
  }
}
