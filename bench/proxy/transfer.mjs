// Bytes and connections in bulk, straight over sockets.
import {once} from 'node:events'
import {connect} from 'node:net'

/** Fetches `bytes` from the origin's source; resolves to seconds. Rejects when fewer arrive. */
export const download = (port, bytes) =>
  new Promise((resolve, reject) => {
    const start = performance.now()
    let received = 0
    const onread = {
      buffer: Buffer.allocUnsafe(1024 * 1024),
      callback: (length) => {
        received += length
        return true
      },
    }
    const socket = connect({port, host: '127.0.0.1', onread})
    socket.once('connect', () => socket.write(String(bytes)))
    socket.once('error', reject).once('close', () => {
      if (received === bytes) resolve((performance.now() - start) / 1000)
      else reject(new Error(`${received} of ${bytes} bytes arrived`))
    })
  })

/** Opens connections and leaves them idle; resolves to the function that closes them. */
export const openIdle = async (port, count) => {
  const sockets = []
  for (let index = 0; index < count; index++) {
    const socket = connect({port, host: '127.0.0.1'})
    sockets.push(socket)
    await once(socket, 'connect')
  }
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}
