// The server that all generators are measured against. It is also the witness: what it has answered, and when, is the
// same question to all of them.
import {spawn} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {pinned, succeeds} from './machine.mjs'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

const benchmark = here('../load.mjs')

/** Compiled where there is a compiler: Node's own server would be what is measured. */
const serverCommand = (folder) => {
  const binary = join(folder, 'server')
  if (succeeds('cc', '-O2', '-o', binary, here('server.c'))) return {command: [binary], what: 'in C, epoll'}
  return {
    command: [process.execPath, benchmark, '--serve'],
    what: 'in Node: it may be the bottleneck',
  }
}

/** Ms of the clock that all processes of a machine share. */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

/** What the server says: numbers after a word, for whoever waits for that word; its notes come with the "end" of them. */
const listen = (stream) => {
  const waiting = new Map()
  let noted = []
  createInterface({input: stream}).on('line', (line) => {
    const [word, ...rest] = line.split(' ')
    const numbers = rest.map(Number)
    if (word === 'at') return noted.push(numbers)
    waiting.get(word)?.shift()?.(word === 'end' ? noted : numbers)
    if (word === 'end') noted = []
  })
  return (word) =>
    new Promise((resolve) => {
      waiting.set(word, [...(waiting.get(word) ?? []), resolve])
    })
}

/** Starts a server on its core; `ask` puts a question to it, and resolves with the numbers after that word. */
const startServing = async (core, command) => {
  const [program, ...args] = pinned(core, command)
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'inherit'], detached: true})
  const next = listen(child.stdout)
  const [port] = await next('port')
  const ask = (question, word) => {
    child.stdin.write(`${question}\n`)
    return next(word)
  }
  return {child, next, ask, url: `http://127.0.0.1:${port}/`, stop: () => child.kill('SIGKILL')}
}

/** Starts a server of HTTP/2 that answers after a delay and allows so many streams on a connection. */
export const startHttp2Server = async (core, delayMs, streams) => {
  const command = [process.execPath, benchmark, '--serve-http2', String(delayMs), String(streams)]
  const {ask, url, stop} = await startServing(core, command)
  return {
    url,
    stop,
    count: async () => {
      const [answers, ns, sessions, mostStreams] = await ask('count', 'count')
      return {answers, atMs: ns / 1e6, sessions, mostStreams}
    },
  }
}

/** Starts the server on its core. */
export const startServer = async (core) => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-bench-'))
  const {command, what} = serverCommand(folder)
  const {child, next, ask, url, stop} = await startServing(core, command)
  rmSync(folder, {recursive: true})
  return {
    what,
    url,
    stop,
    /** How many requests it has answered since its start, and at which ms of the shared clock it says so. */
    count: async () => {
      const [answers, ns] = await ask('count', 'count')
      return {answers, atMs: ns / 1e6}
    },
    /** When it let in and answered each request whose path is its number, since it was asked last; ms of the shared clock. */
    log: async () => {
      const notes = await ask('log', 'end')
      return new Map(
        notes.map(([number, acceptedNs, answeredNs]) => [
          number,
          {acceptedMs: acceptedNs / 1e6, answeredMs: answeredNs / 1e6},
        ]),
      )
    },
    /**
     * From some time after its next first connection on, answers nothing for so long; requests wait in the kernel.
     * Resolves with when it began and ended, in ms of the shared clock.
     */
    stall: async (afterMs, forMs) => {
      await next('busy')
      await delay(afterMs)
      child.kill('SIGSTOP')
      const fromMs = monotonicMs()
      await delay(forMs)
      child.kill('SIGCONT')
      return {fromMs, toMs: monotonicMs()}
    },
  }
}
