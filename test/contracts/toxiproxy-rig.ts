import {once} from 'node:events'
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net'
import {setTimeout as delay} from 'node:timers/promises'
import {it} from 'vitest'

/** A Toxiproxy under test. `kind` says which deliberate differences to expect. */
export interface ServerUnderTest {
  url: string
  kind: 'embedded' | 'real'
  stop(): Promise<void>
}

/** Longest wait for something that is expected to happen: generous, since machines are slow and shared. */
const patience = 20_000

/** Rejects instead of hanging a test for ever. */
export const within = async <T>(promise: Promise<T>, what: string, ms = patience): Promise<T> => {
  const timer = new AbortController()
  const late = delay(ms, undefined, {signal: timer.signal}).then(() => {
    throw new Error(`${what}: nothing within ${ms} ms`)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    timer.abort()
    late.catch(() => {})
  }
}

/** Asks until the answer is yes. */
export const eventually = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${patience} ms`)
    await delay(5)
  }
}

/** A promise to be settled by an event. */
export const outcome = <T>(): {promise: Promise<T>; resolve: (value: T) => void} => {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  json: unknown
}

/** A TCP client that remembers what it got, when, and how it ended. */
export interface Peer {
  socket: Socket
  /** Everything received so far. */
  received(): Buffer
  /** When each read took place, milliseconds after the connect, and its size. */
  reads: {atMs: number; bytes: number}[]
  receive(bytes: number): Promise<Buffer>
  /** `'end'` for FIN, otherwise the error's code. */
  ending: Promise<string>
}

/** Watches a socket from now on. */
export const watch = (socket: Socket): Peer => {
  const chunks: Buffer[] = []
  const reads: {atMs: number; bytes: number}[] = []
  const start = performance.now()
  socket.on('data', (data: Buffer) => {
    chunks.push(data)
    reads.push({atMs: performance.now() - start, bytes: data.length})
  })
  const ending = new Promise<string>((resolve) => {
    socket.once('end', () => resolve('end'))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('close', () => resolve('close'))
  })
  socket.on('error', () => {})
  const received = (): Buffer => Buffer.concat(chunks)
  const size = (): number => reads.reduce((sum, {bytes}) => sum + bytes, 0)
  return {
    socket,
    received,
    reads,
    ending,
    receive: async (bytes) => {
      await eventually(`receiving ${bytes} bytes`, () => size() >= bytes)
      return received()
    },
  }
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** One server under test with upstreams and clients, all of which end with `close`. */
export const openRig = async (server: ServerUnderTest) => {
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  const proxies: string[] = []

  /** Starts an upstream; resolves to its address. By default it echoes, and answers a FIN with what is left. */
  const upstream = async (
    onClient: (socket: Socket) => void = (socket) => socket.pipe(socket),
  ): Promise<string> => {
    const listener = createServer({allowHalfOpen: true}, (socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      onClient(socket)
    }).listen(0, '127.0.0.1')
    servers.push(listener)
    await once(listener, 'listening')
    return `127.0.0.1:${portOf(listener)}`
  }

  const call = async (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
    const content = body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}
    const signal = AbortSignal.timeout(patience)
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers,
      signal,
      redirect: 'manual',
      ...content,
    })
    const text = await response.text()
    const isJson = text.startsWith('{') || text.startsWith('[')
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }

  const must = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await call(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer
  }

  /** Creates a proxy; resolves to its port. */
  const proxy = async (name: string, target: string): Promise<number> => {
    const {json} = await must('POST', '/proxies', {name, listen: '127.0.0.1:0', upstream: target})
    proxies.push(name)
    return Number((json as {listen: string}).listen.split(':')[1])
  }

  const toxic = (name: string, type: string, attributes: object, more: object = {}): Promise<Answer> =>
    must('POST', `/proxies/${name}/toxics`, {type, attributes, ...more})

  const dial = async (port: number): Promise<Peer> => {
    const socket = connect({host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true})
    sockets.add(socket)
    const peer = watch(socket)
    await within(once(socket, 'connect'), 'connecting')
    return peer
  }

  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    for (const listener of servers) listener.close()
    for (const name of proxies) await call('DELETE', `/proxies/${encodeURIComponent(name)}`).catch(() => {})
  }

  return {server, upstream, call, must, proxy, toxic, dial, close}
}

export type Rig = Awaited<ReturnType<typeof openRig>>

/** Registers a test that only ours can pass. */
export type OnlyOurs = Pick<typeof it, 'for'> & ((name: string, test: () => Promise<void>) => void)

/** For the original nothing is registered: what it cannot do is listed in the docs, not skipped in every run. */
export const onlyOurs = (kind: ServerUnderTest['kind']): OnlyOurs =>
  kind === 'embedded' ? it : Object.assign(() => {}, {for: () => () => {}})
