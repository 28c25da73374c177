// Ports for servers that must be told theirs, or that come back on the one that they had.
import {once} from 'node:events'
import {createServer} from 'node:net'

/** Below what Linux gives to clients and to servers that ask for any (32768 and up), and below Kubernetes' node ports. */
const [first, last] = [20_000, 29_999]

const isFree = async (port) => {
  const server = createServer()
  const listens = once(server, 'listening').then(
    () => true,
    () => false,
  )
  server.listen(port, '127.0.0.1')
  if (!(await listens)) return false
  await new Promise((resolve) => server.close(resolve))
  return true
}

/**
 * A port of the loopback interface on which nobody listens. One of those that the kernel hands out could be a client's by
 * the time that a server has started; of these only another caller picks, at random among ten thousand.
 */
export const freePort = async () => {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first + 1))
    if (await isFree(port)) return port
  }
}
