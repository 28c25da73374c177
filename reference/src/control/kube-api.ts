import {readFile} from 'node:fs/promises'
import {SwitchError} from '../supervisor/switchboard.js'

/** The API server as the account of this pod may ask it. */
export interface KubeApi {
  /** Asks for a path under this namespace of a group: `apis/apps/v1`, `deployments`. Throws SwitchError. */
  get(group: string, path: string): Promise<unknown>
  /** A JSON merge patch. Throws SwitchError. */
  patch(group: string, path: string, change: unknown): Promise<unknown>
}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'
const limitMs = 3000

const messageIn = (body: unknown, status: number): string =>
  typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : `status ${status}`

/** `url` is the API server's; its certificate must be known to Node (NODE_EXTRA_CA_CERTS). */
const connectKubeApi = (url: string, namespace: string, token: () => Promise<string>): KubeApi => {
  const ask = async (method: string, group: string, path: string, change?: unknown): Promise<unknown> => {
    const headers: Record<string, string> = {authorization: `Bearer ${await token()}`}
    if (change !== undefined) headers['content-type'] = 'application/merge-patch+json'
    const address = `${url}/${group}/namespaces/${namespace}/${path}`
    const asked = {method, headers, ...(change === undefined ? {} : {body: JSON.stringify(change)})}
    const answer = await fetch(address, {...asked, signal: AbortSignal.timeout(limitMs)}).catch((cause) => {
      throw new SwitchError(502, `The API server did not answer ${method} ${path}: ${String(cause)}`)
    })
    const body: unknown = await answer.json().catch(() => undefined)
    if (!answer.ok) throw new SwitchError(502, `${method} ${path}: ${messageIn(body, answer.status)}`)
    return body
  }
  return {
    get: (group, path) => ask('GET', group, path),
    patch: (group, path, change) => ask('PATCH', group, path, change),
  }
}

/** The API server of the cluster that we run in. The token is read for every call: it is replaced while we live. */
export const connectOwnCluster = async (env: NodeJS.ProcessEnv): Promise<KubeApi> => {
  const host = env['KUBERNETES_SERVICE_HOST']
  if (host === undefined) throw new Error('KUBERNETES_SERVICE_HOST is not set: this runs in a pod only')
  const address = host.includes(':') ? `[${host}]` : host
  const namespace = (await readFile(`${accountFolder}/namespace`, 'utf8')).trim()
  const token = async (): Promise<string> => (await readFile(`${accountFolder}/token`, 'utf8')).trim()
  return connectKubeApi(`https://${address}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`, namespace, token)
}
