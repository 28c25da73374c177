import {createServer, request as httpRequest} from 'node:http'
import {connect} from 'node:net'

export interface ForwardProxy {
  port: number
  /** Methods and targets, with who asks. */
  seen: string[]
  close(): Promise<void>
}

/** A forward proxy that brings every request, whatever host it names, to one port of this machine. */
export const startForwardProxy = async (toPort: number): Promise<ForwardProxy> => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    const {pathname} = new URL(request.url ?? '')
    const onward = httpRequest(
      {host: '127.0.0.1', port: toPort, method: request.method, path: pathname, headers: request.headers},
      (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)),
    )
    request.pipe(onward)
  })
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    const onward = connect(toPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    seen,
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
