// What stands behind the proxies, in a process of its own: an HTTP server as fast as Node can be, a source of bytes,
// and one that only holds connections. Sends its ports to its parent and ends with it.
import {once} from 'node:events'
import {createServer} from 'node:net'

const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n${'x'.repeat(1024)}`,
)
const endOfRequest = Buffer.from('\r\n\r\n')

/** Answers each request head; no benchmark here sends a body, and no head is cut: it is a single small segment. */
const http = (socket) => {
  socket.on('data', (data) => {
    for (let at = data.indexOf(endOfRequest); at >= 0; at = data.indexOf(endOfRequest, at + 4))
      socket.write(answer)
  })
}

const block = Buffer.alloc(256 * 1024, 7)

/** Reads how many bytes are wanted, sends them, and closes. */
const bulk = (socket) => {
  socket.once('data', (data) => {
    let left = Number(data.toString())
    const more = () => {
      while (left > 0) {
        const piece = left < block.length ? block.subarray(0, left) : block
        left -= piece.length
        if (!socket.write(piece)) return
      }
      socket.off('drain', more).end()
    }
    socket.on('drain', more)
    more()
  })
}

const hold = (socket) => socket.resume()

const listening = async (onSocket) => {
  const server = createServer({noDelay: true}, (socket) => {
    socket.on('error', () => {})
    onSocket(socket)
  }).listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')
  return server.address().port
}

/** Runs until the parent goes away. */
export const serveOrigin = async () => {
  process.once('disconnect', () => process.exit())
  process.send({http: await listening(http), bulk: await listening(bulk), hold: await listening(hold)})
}
