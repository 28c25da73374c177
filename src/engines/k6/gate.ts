import {once} from 'node:events'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

/** Holds k6 back: its `setup` asks here, and is answered when the load is to begin. */
export interface Gate {
  url: string
  /** k6 has asked: all its users are there, and the script's own setup is done. */
  reached: Promise<void>
  open(): void
  close(): Promise<void>
}

/** Listens on a free port of the loopback interface. */
export const openGate = async (): Promise<Gate> => {
  let waiting: ServerResponse | undefined
  let isReached = (): void => {}
  const reached = new Promise<void>((resolve) => {
    isReached = resolve
  })
  const server = createServer((_request, response) => {
    waiting = response
    isReached()
  })
  // Node would end a request that is not answered, and a connection that is idle.
  server.requestTimeout = 0
  server.timeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `address` is a string only for sockets in the file system.
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/begin`,
    reached,
    open: () => waiting?.end(),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
