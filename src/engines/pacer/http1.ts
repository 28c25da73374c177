import {connect as connectTcp, type OnReadOpts, type Socket} from 'node:net'
import {performance} from 'node:perf_hooks'
import {connect as connectTls} from 'node:tls'
import type {Call, Carrier} from './call.js'
import {failureKindOf} from './failure.js'
import {ResponseReader} from './http1-response.js'
import type {Outgoing} from './outgoing.js'
import {type OriginOptions, socketOptions} from './socket-options.js'
import type {Transport} from './transport.js'
import {wirePath} from './wire-path.js'

/** Servers commonly close a connection after 5 s without a request; one about to be closed is not used again. */
const idleLimitMs = 4000
/** The server's clock for its own limit began before ours. */
const idleMarginMs = 1000

/** How often idle connections are looked through. */
const sweepMs = 1000

/** What is read is used before the next read: one buffer serves all connections of a thread. */
const readBuffer = Buffer.allocUnsafe(64 * 1024)

const withoutBody = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])

/** All before the body, as RFC 9112 wants it; the connection itself is told by the version. */
const headOf = (method: string, host: string, {path, headers, body}: Outgoing): string => {
  let head = `${method} ${wirePath(path)} HTTP/1.1\r\n`
  let named = false
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') named = true
    head += `${name}: ${headers[at + 1]}\r\n`
  }
  if (!named) head += `host: ${host}\r\n`
  head += 'connection: keep-alive\r\n'
  if (body !== null) return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n`
  return withoutBody.has(method) ? `${head}\r\n` : `${head}content-length: 0\r\n\r\n`
}

const write = (socket: Socket, method: string, host: string, outgoing: Outgoing): void => {
  outgoing.head ??= headOf(method, host, outgoing)
  if (outgoing.body === null) {
    socket.write(outgoing.head, 'latin1')
    return
  }
  // Together in one packet where they fit: a server that reads the head alone may wait for the rest.
  socket.cork()
  socket.write(outgoing.head, 'latin1')
  socket.write(outgoing.body)
  socket.uncork()
}

const openSocket = (origin: OriginOptions, onread: OnReadOpts): Socket => {
  const {secure} = origin
  const options = {...socketOptions(origin), onread}
  if (secure === undefined) return connectTcp(options)
  const socket = connectTls({...options, ...(secure.session && {session: secure.session})})
  return socket.on('session', (session: Buffer) => {
    secure.session = session
  })
}

/** Told what becomes of a connection. */
interface Hooks {
  /** It may carry another request. */
  onFree(connection: Connection): void
  onGone(connection: Connection): void
}

/** A connection that carries one request after another. A class because thousands may be open. */
class Connection implements Carrier {
  readonly #origin: OriginOptions
  readonly #hooks: Hooks
  readonly #reader = new ResponseReader()
  readonly #socket: Socket
  #call: Call | undefined
  #error: Error | undefined
  /** When it was last given back, and until when it may be used again; ms of `performance.now()`. */
  #idleUntilMs = 0
  closed = false

  constructor(origin: OriginOptions, hooks: Hooks) {
    this.#origin = origin
    this.#hooks = hooks
    const onread = {buffer: readBuffer, callback: (length: number) => this.#read(length)}
    this.#socket = openSocket(origin, onread)
    this.#socket.setNoDelay(true)
    this.#socket.on('error', (error) => {
      this.#error ??= error
    })
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('close', () => this.#gone())
  }

  usableAt(nowMs: number): boolean {
    return !this.closed && nowMs < this.#idleUntilMs
  }

  send(call: Call, method: string, outgoing: Outgoing): void {
    this.#call = call
    this.#reader.expect(method === 'HEAD', call.collected)
    call.carrier = this
    write(this.#socket, method, this.#origin.host, outgoing)
  }

  destroy(): void {
    this.closed = true
    this.#call = undefined
    this.#socket.destroy()
  }

  /** Returns whether to go on reading, as Node wants to know. */
  #read(length: number): boolean {
    const call = this.#call
    // Nobody asked: whatever it is, it is not the answer to the next request.
    const progress = call === undefined ? 'broken' : this.#reader.read(readBuffer, length)
    if (progress === 'more') return true
    const {status, keepAlive, idleLimitMs: stated} = this.#reader
    if (progress === 'broken' || !keepAlive) this.destroy()
    else {
      this.#call = undefined
      const limitMs = stated === undefined ? idleLimitMs : Math.max(stated / 2, stated - idleMarginMs)
      this.#idleUntilMs = performance.now() + limitMs
      this.#hooks.onFree(this)
    }
    call?.end(progress === 'done' ? {status} : {failure: 'other'})
    return !this.closed
  }

  /** The server has sent all that it will. */
  #ended(): void {
    const call = this.#call
    const whole = this.#reader.readEnd()
    this.destroy()
    call?.end(whole ? {status: this.#reader.status} : {failure: 'closed'})
  }

  #gone(): void {
    this.closed = true
    this.#hooks.onGone(this)
    const call = this.#call
    this.#call = undefined
    call?.end({failure: this.#error === undefined ? 'closed' : failureKindOf(this.#error)})
  }
}

/**
 * HTTP/1.1 over connections that are kept alive, each for one request at a time; the one given back last (the warmest)
 * is used first, and a new one is opened when all are busy. A pool that searches its connections for a free one is
 * slowest when most are busy, which is when a stalled target is measured; a stack costs the same at any number.
 *
 * Written for this and no more: a general client carries redirects, pipelining and streams of bodies with each request,
 * and that is half of what a thread can send.
 */
export const http1Transport = (origin: OriginOptions): Transport => {
  const idle: Connection[] = []
  const all = new Set<Connection>()
  const hooks: Hooks = {
    onFree: (connection) => idle.push(connection),
    onGone: (connection) => all.delete(connection),
  }
  const takeIdle = (): Connection | undefined => {
    const nowMs = performance.now()
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (connection.usableAt(nowMs)) return connection
      connection.destroy()
    }
    return undefined
  }
  const open = (): Connection => {
    const connection = new Connection(origin, hooks)
    all.add(connection)
    return connection
  }
  // After a stall hundreds may be idle, and a target that carries on with a few should not have to hold them. They
  // lie in the order in which they were given back, the oldest first.
  const sweep = setInterval(() => {
    const nowMs = performance.now()
    const kept = idle.findIndex((connection) => connection.usableAt(nowMs))
    for (const connection of idle.splice(0, kept < 0 ? idle.length : kept)) connection.destroy()
  }, sweepMs).unref()
  return {
    send: (call, method, outgoing) => (takeIdle() ?? open()).send(call, method, outgoing),
    close: () => {
      clearInterval(sweep)
      for (const connection of all) connection.destroy()
      all.clear()
      idle.length = 0
    },
  }
}
