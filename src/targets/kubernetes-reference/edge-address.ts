import type {Cluster} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import type {Clock} from '../../system/clock.js'
import {listAt, numberAt, textAt} from './fields.js'

/** On a busy machine the first connection takes its time. */
const tryLimitMs = 3_000
const pollMs = 200
/** A cluster of many nodes answers on all of them: a few tell whether it does from here. */
const triedNodes = 3

const answer = async (url: string, signal: AbortSignal): Promise<number | undefined> => {
  const limit = new AbortController()
  const abort = (): void => limit.abort()
  const timer = setTimeout(abort, tryLimitMs)
  signal.addEventListener('abort', abort, {once: true})
  try {
    const response = await fetch(url, {signal: limit.signal})
    await response.arrayBuffer()
    return response.status
  } catch {
    signal.throwIfAborted()
    return undefined
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

const nodeAddresses = async (cluster: Cluster): Promise<string[]> => {
  // An account of one namespace may not see nodes; there is another way then.
  const nodes = await cluster.objects.list('v1', 'Node').catch(() => [])
  return nodes
    .slice(0, triedNodes)
    .flatMap((node) => listAt(node, 'status', 'addresses'))
    .filter((one) => ['InternalIP', 'ExternalIP'].includes(textAt(one, 'type')))
    .map((one) => textAt(one, 'address'))
}

/** The address at which the edge's NodePort answers from this machine; undefined when none does. */
export const findEdge = async (cluster: Cluster, signal: AbortSignal): Promise<string | undefined> => {
  const service = await cluster.objects.read('v1', 'Service', 'edge')
  const port = numberAt(listAt(service, 'spec', 'ports')[0], 'nodePort')
  if (port === 0) return undefined
  const urls = (await nodeAddresses(cluster)).map(
    (ip) => `http://${ip.includes(':') ? `[${ip}]` : ip}:${port}`,
  )
  const answers = await Promise.all(
    urls.map(async (url) => ((await answer(`${url}/livez`, signal)) ? url : undefined)),
  )
  return answers.find((url) => url !== undefined)
}

/** Waits until a customer is served: that pods are ready does not yet say that the ways between them are. */
export const untilServed = async (
  edge: string,
  limitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const deadline = clock.now() + limitMs
  for (;;) {
    const status = await answer(`${edge}/products`, signal)
    if (status === 200) return
    if (clock.now() >= deadline)
      throw new EnvironmentError(
        `All pods are ready, and ${edge}/products ${status === undefined ? 'does not answer' : `answers ${status}`}`,
        {hint: 'The logs of edge, gateway and catalog say why: kubectl logs deployment/edge'},
      )
    await clock.sleep(pollMs, signal)
  }
}
