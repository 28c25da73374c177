import {createServer, type Socket} from 'node:net'
import {Writable} from 'node:stream'
import {messageOf} from '../../errors.js'
import type {Pod} from '../../scenarios/kubernetes.js'
import type {Access} from './access.js'
import type {Cluster} from './cluster.js'
import type {KubeConfig} from './kubeconfig.js'
import {listenOnLoopback} from './listen.js'
import {checkMayForward} from './may-forward.js'
import {behindService, portOf} from './service-pods.js'

/** A way from this machine to a service of the cluster. */
export interface OpenWay {
  /** `http://127.0.0.1:40123` */
  url: string
  close(): Promise<void>
}

/** How long a connection waits for a ready pod of the service. */
const podLimitMs = 10_000
const pollMs = 100

/** Takes what the other end says went wrong, such as a port that nobody listens on: no data ever follows it. */
const onProblem = (end: () => void): Writable =>
  new Writable({
    write: (part: Buffer, _encoding, done) => {
      // The stream begins with the number of the port, which the package takes off: an empty part is no problem.
      if (part.length > 0) end()
      done()
    },
  })

/** The pods behind a service, followed by a watch, and the connections that go to each. */
class PodsBehind {
  #ready: readonly Pod[] = []
  #next = 0
  readonly #open = new Map<string, Set<Socket>>()

  /** Connections to a pod that is gone, or is being deleted, hang for ever: the API server does not end them. */
  update(pods: readonly Pod[]): void {
    this.#ready = pods.filter(({ready, deleting}) => ready && !deleting)
    const alive = new Set(pods.filter(({phase}) => phase === 'Running').map(({uid}) => uid))
    for (const [uid, sockets] of this.#open) {
      if (alive.has(uid)) continue
      this.#open.delete(uid)
      for (const socket of sockets) socket.destroy()
    }
  }

  /** One ready pod after the other. */
  pick(): Pod | undefined {
    this.#next += 1
    return this.#ready[this.#next % Math.max(1, this.#ready.length)]
  }

  note({uid}: Pod, socket: Socket): void {
    const sockets = this.#open.get(uid) ?? new Set()
    this.#open.set(uid, sockets.add(socket))
    socket.once('close', () => sockets.delete(socket))
  }
}

/** Ports of this machine, by the ports of the service that they lead to. */
export interface OpenWays {
  urls: ReadonlyMap<number, string>
  close(): Promise<void>
}

const readyPod = async (behind: PodsBehind, socket: Socket): Promise<Pod | undefined> => {
  for (let waitedMs = 0; waitedMs < podLimitMs && !socket.destroyed; waitedMs += pollMs) {
    const pod = behind.pick()
    if (pod) return pod
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return undefined
}

/** Leads connections to ready pods, each by a WebSocket of its own; `end` cuts those that are open. */
const connector = async (access: Access, cluster: Cluster, behind: PodsBehind, openLimitMs: number) => {
  const {PortForward} = await import('@kubernetes/client-node')
  const kubeconfig: KubeConfig = Object.create(access.kubeconfig)
  kubeconfig.applyToHTTPSOptions = async (options) => {
    // An API server that hangs would never take it, and never refuse it.
    Object.assign(options, await access.authorize(), {handshakeTimeout: openLimitMs})
  }
  const forward = new PortForward(kubeconfig)
  const open = new Set<{terminate(): void}>()
  const connect = async (socket: Socket, targetPort: number | string): Promise<void> => {
    socket.on('error', () => socket.destroy())
    // Nothing may be read, and so lost, before there is somewhere to write it.
    socket.pause()
    const pod = await readyPod(behind, socket)
    if (pod === undefined || socket.destroyed) return void socket.destroy()
    behind.note(pod, socket)
    const number = await portOf(cluster, pod.name, targetPort)
    const end = (): void => void socket.destroy()
    // A connection that the pod reset, or refused, must not look like one that it ended.
    const reset = (): void => void socket.resetAndDestroy()
    const problems = onProblem(reset)
    const opened = await forward.portForward(pod.namespace, pod.name, [number], socket, problems, socket)
    // Without retries, which we ask for none of, it is the WebSocket itself.
    if (typeof opened === 'function') return end()
    open.add(opened)
    opened.onclose = () => {
      open.delete(opened)
      end()
    }
    opened.onerror = end
    socket.once('close', () => opened.close())
    if (socket.destroyed) opened.close()
    socket.resume()
  }
  const end = (): void => {
    // A polite goodbye waits for an answer, half a minute if there is none.
    for (const one of open) one.terminate()
  }
  return {connect, end}
}

/** Follows the pods of a service; resolves when they were seen once, and throws what keeps them from being seen. */
const followPods = async (
  cluster: Cluster,
  selector: string,
  behind: PodsBehind,
  signal: AbortSignal,
): Promise<void> =>
  await new Promise<void>((resolve, reject) => {
    const onPods = (pods: readonly Pod[]): void => {
      behind.update(pods)
      resolve()
    }
    cluster.watchPods(selector, onPods, signal).then(() => reject(signal.reason), reject)
  })

const usualOpenLimitMs = 10_000

/**
 * Ports of this machine that lead to the ready pods of a service, each connection to one of them by a WebSocket of its own
 * through the API server, which has `openLimitMs` to take it. Pods are followed by one watch: what led to one that goes is
 * cut, the next connection finds another. They lead on until they are closed, or the signal aborts. Throws
 * EnvironmentError when there is no such service or port, or its pods cannot be seen.
 */
export const forwardPorts = async (
  access: Access,
  cluster: Cluster,
  service: string,
  ports: readonly number[],
  signal: AbortSignal,
  openLimitMs = usualOpenLimitMs,
): Promise<OpenWays> => {
  const found = await Promise.all(ports.map((port) => behindService(cluster, service, port)))
  const [first] = found
  if (first === undefined) return {urls: new Map(), close: async () => {}}
  await checkMayForward(cluster)
  const behind = new PodsBehind()
  const {connect, end} = await connector(access, cluster, behind, openLimitMs)
  const stop = new AbortController()
  const abort = (): void => stop.abort(signal.reason)
  signal.throwIfAborted()
  signal.addEventListener('abort', abort, {once: true})
  const listening: Awaited<ReturnType<typeof listenOnLoopback>>[] = []
  const close = async (): Promise<void> => {
    stop.abort(new Error('the port-forward is closed'))
    signal.removeEventListener('abort', abort)
    await Promise.all(listening.map((one) => one.close()))
    end()
  }
  const lead = (socket: Socket, targetPort: number | string): void => {
    connect(socket, targetPort).catch((cause: unknown) => socket.destroy(new Error(messageOf(cause))))
  }
  try {
    await followPods(cluster, first.selector, behind, stop.signal)
    for (const {targetPort} of found) {
      const server = createServer({allowHalfOpen: false}, (socket) => lead(socket, targetPort))
      listening.push(await listenOnLoopback(server))
    }
  } catch (cause) {
    await close()
    throw cause
  }
  return {urls: new Map(listening.map(({url}, index) => [ports[index] ?? 0, url])), close}
}

/** The same for one port. */
export const forwardPort = async (
  access: Access,
  cluster: Cluster,
  service: string,
  port: number,
  signal: AbortSignal,
  openLimitMs = usualOpenLimitMs,
): Promise<OpenWay> => {
  const {urls, close} = await forwardPorts(access, cluster, service, [port], signal, openLimitMs)
  return {url: urls.get(port) ?? '', close}
}
