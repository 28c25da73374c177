import {randomInt} from 'node:crypto'
import {createServer, type Server} from 'node:net'
import {StartError} from '../start-error.js'

/**
 * Below the range that Linux (32768 up) and macOS (49152 up) take outgoing connections from: in there, a port of a
 * process that is down for a moment could be gone when it comes back.
 */
const lowest = 20_000
const count = 12_000

const occupy = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({port, host: '127.0.0.1', exclusive: true}, () => resolve(server))
  })

const release = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

/** A free loopback port for each name; those in `fixed` are taken as given. All differ. */
export const freePorts = async (
  names: readonly string[],
  fixed: Readonly<Record<string, number>> = {},
): Promise<Map<string, number>> => {
  const ports = new Map<string, number>()
  const servers: Server[] = []
  let next = lowest + randomInt(count)
  let tries = 0
  try {
    for (const name of names) {
      while (!ports.has(name)) {
        if (++tries > count) throw new StartError('No free loopback port was found between 20000 and 31999')
        const port = fixed[name] ?? lowest + (next++ % count)
        // Held until all are chosen, so that no two names get the same.
        const server = await occupy(port)
        if (server) servers.push(server)
        else if (fixed[name] !== undefined)
          throw new StartError(`Port ${port} of ${name} is in use`, {
            hint: 'Choose another, or leave it out.',
          })
        if (server) ports.set(name, port)
      }
    }
  } finally {
    await Promise.all(servers.map(release))
  }
  return ports
}
