import {writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'

/** A shop of one page that counts its answers, and has a gauge `heat` of 9; its target file lies in the folder. */
export const startHotShop = async (folder: string): Promise<{close(): Promise<void>}> => {
  let answered = 0
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      answered++
      response.end('ok')
      return
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(
      `# TYPE answers_total counter\nanswers_total{code="200"} ${answered}\nanswers_total{code="500"} 0\nheat 9\n`,
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an address of this shape.
  const {port} = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const target = {
    name: 'hot-shop',
    endpoints: {shop: url},
    metrics: {
      scrape: {every: '250ms', targets: [{url: `${url}/metrics`, labels: {job: 'shop', instance: 'one'}}]},
    },
  }
  writeFileSync(join(folder, 'target.json'), JSON.stringify(target))
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
