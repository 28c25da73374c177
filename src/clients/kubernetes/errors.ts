import {stringify} from 'yaml'
import {z} from 'zod'
import {EnvironmentError} from '../../errors.js'
import type {Right} from './cluster.js'
import {rightInWords, rulesFor} from './needed-rights.js'

/** A whole answer of the API server, whatever it says. */
export interface Answer {
  status: number
  text: string
  retryAfter: string | undefined
  /** An attempt before this one may have landed: its answer never came. */
  unsure: boolean
}

const status = z.object({
  reason: z.string().default(''),
  message: z.string().default(''),
  details: z
    .object({
      causes: z
        .array(z.object({reason: z.string().default(''), message: z.string().default('')}))
        .default([]),
    })
    .default({causes: []}),
})

/** What the API server says in a refusal; a gateway's page has no reason. */
export const refusalOf = ({text}: Pick<Answer, 'text'>): z.output<typeof status> => {
  try {
    const parsed = status.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
  } catch {
    // Not JSON: its first line must do.
  }
  const first = text.trim().startsWith('<') ? '' : (text.trim().split('\n', 1)[0] ?? '')
  return {reason: '', message: first.slice(0, 300), details: {causes: []}}
}

/** An eviction is refused so for ever, with a 500, where more than one disruption budget selects the pod. */
export const hasSeveralBudgets = ({status, text}: Pick<Answer, 'status' | 'text'>): boolean =>
  status === 500 && /more than one PodDisruptionBudget/i.test(text)

/** Which right a 403 says is missing; undefined when admission, not RBAC, refused. */
export const missingRight = (message: string): Right | undefined => {
  const found =
    /cannot (\S+) resource "([^"/]+)(?:\/([^"]+))?" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/.exec(
      message,
    )
  const [, verb, resource, subresource, group, namespace] = found ?? []
  if (verb === undefined || resource === undefined || group === undefined) return undefined
  return {
    verb,
    resource,
    group,
    ...(subresource === undefined ? {} : {subresource}),
    ...(namespace === undefined ? {} : {namespace}),
  }
}

const asUser = (message: string): string => /User "([^"]+)"/.exec(message)?.[1] ?? 'This account'

/** What tells a refusal from an API server that fails. */
const refused = 'forbidden'

/** Whether the API server said that this account may not (403). */
export const isForbidden = (thrown: unknown): boolean =>
  thrown instanceof EnvironmentError && thrown.cause === refused

/** What tells that somebody else was quicker from an API server that fails. */
const outdated = 'conflict'

/** Whether the API server said that the object has changed since it was read (409). */
export const isConflict = (thrown: unknown): boolean =>
  thrown instanceof EnvironmentError && thrown.cause === outdated

const forbidden = (message: string, where: string): EnvironmentError => {
  const right = missingRight(message)
  if (right === undefined) {
    return new EnvironmentError(`The API server refused: ${message || 'forbidden'} (${where})`, {
      hint: 'An admission rule or a quota of the namespace says no: ask who runs the cluster.',
      cause: refused,
    })
  }
  const {namespace} = right
  const there = namespace === undefined ? ' in the whole cluster' : ''
  return new EnvironmentError(`${asUser(message)} may not ${rightInWords(right)}${there} (${where})`, {
    hint: `A ${namespace === undefined ? 'ClusterRole' : 'Role'} with this rule would allow it:\n${stringify(rulesFor([right])).trimEnd()}`,
    cause: refused,
  })
}

const expired = (where: string): EnvironmentError =>
  new EnvironmentError(`The API server does not accept our credentials: 401 (${where})`, {
    hint: 'They have expired, were revoked, or belong to another cluster. Log in again; `kubectl auth whoami` tells when it works.',
  })

/** What a refused call means, with what to do; `asked` is the call in words, such as "delete pod web-1". */
export const refusedError = (answer: Answer, asked: string, where: string): EnvironmentError => {
  if (answer.status === 401) return expired(where)
  const {message, reason, details} = refusalOf(answer)
  if (answer.status === 403) return forbidden(message, where)
  const said = message || reason || `status ${answer.status}`
  if (answer.status === 429 || answer.status >= 500) {
    return new EnvironmentError(`The API server could not ${asked}: ${answer.status}, ${said} (${where})`, {
      hint: 'It is overloaded or starting: see its health with `kubectl get --raw /readyz?verbose`, then try again.',
    })
  }
  const causes = details.causes
    .map((cause) => cause.message)
    .filter((one) => one !== '' && !said.includes(one))
  return new EnvironmentError(`The API server would not ${asked}: ${said} (${where})`, {
    ...(causes.length > 0 ? {hint: causes.join('\n')} : {}),
    ...(reason === 'Conflict' ? {cause: outdated} : {}),
  })
}

const lost: Record<string, [what: string, hint: string]> = {
  ECONNREFUSED: ['refuses connections', 'Is the cluster up? `kubectl cluster-info` asks the same address.'],
  ECONNRESET: ['closed the connection', 'Does it restart just now? Try again.'],
  ENOTFOUND: [
    'has no address: its name is unknown',
    'Correct the `server` of the cluster in the kubeconfig.',
  ],
  EAI_AGAIN: [
    'has no address: the name service does not answer',
    'Is this machine on the network, or the VPN?',
  ],
  EHOSTUNREACH: ['cannot be reached from here', 'Is this machine on the network, or the VPN?'],
  ENETUNREACH: ['cannot be reached from here', 'Is this machine on the network, or the VPN?'],
  ETIMEDOUT: ['does not answer', 'Is this machine on the network, or the VPN?'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'has a certificate for another name',
    'Set `tls-server-name` of the cluster in the kubeconfig, or use the name in the certificate.',
  ],
  CERT_HAS_EXPIRED: ['has a certificate that has expired', 'Renew the certificates of the cluster.'],
}

const untrusted: [string, string] = [
  'has a certificate of an authority that the kubeconfig does not trust',
  'Another cluster may answer at this address now: take its kubeconfig anew (`certificate-authority-data`).',
]

const foreignCa = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])

/** The system's code of a failed connection, such as ECONNREFUSED; empty when it has none. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

/** What a connection that failed means, with what to do. */
export const unreachableError = (cause: unknown, where: string): EnvironmentError => {
  const code = codeOf(cause)
  const [what, hint] = (foreignCa.has(code) ? untrusted : lost[code]) ?? [
    `cannot be talked to${cause instanceof Error ? `: ${cause.message.split('\n')[0]}` : ''}`,
    'See whether `kubectl get pods` works from here.',
  ]
  return new EnvironmentError(`The API server ${what} (${where})`, {hint, cause})
}

/** Nothing within the time limit of a call. */
export const silentError = (limitMs: number, asked: string, where: string): EnvironmentError =>
  new EnvironmentError(`The API server did not ${asked} within ${limitMs / 1000} s (${where})`, {
    hint: 'It hangs or the network drops packets: `kubectl get --raw /readyz?verbose` asks for its health.',
  })
