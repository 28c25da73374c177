import {z} from 'zod'
import {EnvironmentError, messageOf} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import type {Api} from './api.js'
import type {Cluster} from './cluster.js'
import {unreachableError} from './errors.js'
import {corePath} from './paths.js'
import {byAge, readList, readPod} from './read-pod.js'
import {DeafWatch, watchLines} from './watch-stream.js'

/** How long the API server keeps a watch open. */
const watchSeconds = 300
const firstPauseMs = 500
const longestPauseMs = 5_000

/** Pods as they are known, and the version from which a watch goes on. */
interface Known {
  pods: Map<string, Pod>
  version: string
}

const event = z.object({
  type: z.string(),
  object: z.looseObject({metadata: z.looseObject({resourceVersion: z.string().optional()}).optional()}),
})

/** Takes one line of a watch in; `stale` when the API server says that it cannot go on from here. */
export const takeEvent = (line: string, known: Known): 'changed' | 'same' | 'stale' => {
  const {type, object} = event.parse(JSON.parse(line))
  // 410: too old a version; 504: too new for an API server that has just come back. Either way: list again.
  if (type === 'ERROR') return 'stale'
  known.version = object.metadata?.resourceVersion ?? known.version
  if (type === 'BOOKMARK') return 'same'
  const pod = readPod(object)
  if (type === 'DELETED') known.pods.delete(pod.uid)
  else known.pods.set(pod.uid, pod)
  return 'changed'
}

const listed = async (api: Api, path: string, labelSelector: string | undefined): Promise<Known> => {
  const answer = await api.ask({method: 'GET', path, query: {labelSelector}, asked: 'list the pods'})
  const {items, resourceVersion} = readList(answer)
  return {version: resourceVersion, pods: new Map(items.map(readPod).map((pod) => [pod.uid, pod]))}
}

/** Why it was lost, in a line; a refusal is thrown again: it would not pass. */
const whyLost = (cause: unknown, api: Api): string => {
  if (cause instanceof EnvironmentError) return cause.message
  return cause instanceof Error && 'code' in cause
    ? unreachableError(cause, api.access.where).message
    : messageOf(cause)
}

/**
 * Lists, then watches from the list's version; lists again when that is too old. What is lost is taken up again after
 * 0.5, 1, 2, 4, 5, 5… s. Resolves when the signal aborts; throws EnvironmentError when the very first list fails.
 *
 *   list ─▶ watch ─(closed by the server)─▶ watch
 *     ▲        └──(410, 504, silent for 90 s)──▶ list
 *     └─────────(lost)── back-off
 */
export const watchCalls = (api: Api, namespace: string): Pick<Cluster, 'watchPods'> => ({
  watchPods: async (selector, onPods, signal, onSight = () => {}) => {
    const path = corePath(namespace, 'pods')
    const {clock} = api.patience
    const check = async (): Promise<void> => {
      const query = {limit: 1, resourceVersion: '0'}
      await api.ask({method: 'GET', path, query, asked: 'answer while it is watched'})
    }
    const tell = ({pods}: Known): void => onPods([...pods.values()].sort(byAge))
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: watchSeconds,
      labelSelector: selector,
    }
    const follow = async (known: Known): Promise<'stale' | 'ended'> => {
      const watch = {...query, resourceVersion: known.version}
      const lines = watchLines(
        api,
        {method: 'GET', path, query: watch, asked: 'watch the pods'},
        check,
        signal,
      )
      for await (const some of lines) {
        const taken = some.map((line) => takeEvent(line, known))
        if (taken.includes('changed')) tell(known)
        if (taken.includes('stale')) return 'stale'
      }
      return 'ended'
    }
    let known: Known | undefined
    let everSeen = false
    let lost = false
    for (let pauseMs = firstPauseMs; !signal.aborted; ) {
      const begunMs = clock.now()
      try {
        if (known === undefined) {
          known = await listed(api, path, selector)
          everSeen = true
          if (lost) onSight(true, 'the API server answers again')
          lost = false
          tell(known)
        }
        if ((await follow(known)) === 'stale') known = undefined
        if (clock.now() - begunMs > longestPauseMs) pauseMs = firstPauseMs
      } catch (cause) {
        if (signal.aborted) return
        if (!everSeen) throw cause
        known = undefined
        // The API server itself answers: what was missed is seen with the next list, at once.
        if (cause instanceof DeafWatch) continue
        if (!lost) onSight(false, whyLost(cause, api))
        lost = true
      }
      // Also after an end as planned: a server that closes every watch at once must not be asked in a loop.
      await clock.sleep(pauseMs, signal).catch(() => {})
      pauseMs = Math.min(longestPauseMs, pauseMs * 2)
    }
  },
})
