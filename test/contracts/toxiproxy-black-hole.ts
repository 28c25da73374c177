import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {createInterface} from 'node:readline'
import {within} from './toxiproxy-rig.js'

const program = `
  const server = require('node:net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, () =>
    console.log(server.address().port))`

/**
 * An address at which connecting takes minutes, on this machine: a process that listens and was stopped, and whose short
 * queue of clients is full. The kernel then drops every further attempt without a word.
 */
export const blackHole = async (): Promise<{address: string; close: () => void}> => {
  const child = spawn(process.execPath, ['-e', program], {stdio: ['ignore', 'pipe', 'inherit']})
  const [line] = await within(once(createInterface({input: child.stdout}), 'line'), 'the black hole')
  const port = Number(line)
  child.kill('SIGSTOP')
  const queued: Socket[] = Array.from({length: 8}, () =>
    connect({port, host: '127.0.0.1'}).on('error', () => {}),
  )
  // Those of them that found a place in the queue are connected by now; the others never will be.
  await new Promise((resolve) => setTimeout(resolve, 200))
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      for (const socket of queued) socket.destroy()
      child.kill('SIGKILL')
    },
  }
}
