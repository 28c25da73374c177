import type {AddressInfo, Server, Socket} from 'node:net'

/** Lets a server listen at a free port of the loopback interface; closing it cuts what is still connected. */
export const listenOnLoopback = async (
  server: Server,
): Promise<{url: string; close: () => Promise<void>}> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // A TCP server that listens has such an address.
  const {port} = server.address() as AddressInfo
  let closing: Promise<void> | undefined
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      closing ??= new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closing
    },
  }
}
