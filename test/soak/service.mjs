// One service of the soak's small system: answers 4 KB, counts what it answered, and ends with its owner.
// Arguments: port (0 takes a free one). Prints {"port": …} when it listens.
import {createServer} from 'node:http'

const body = 'x'.repeat(4_000)
let answered = 0

const metrics = () => `# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${answered}\n`

/** More than any buffer between two processes holds: for clients that stop reading. */
const endless = (response) => {
  const chunk = Buffer.alloc(64 * 1024, 'y')
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', write)
  write()
}

const server = createServer((request, response) => {
  if (request.url === '/metrics') return response.end(metrics())
  if (request.url === '/endless') return endless(response)
  answered++
  response.end(body)
})

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({port: server.address().port})}\n`)
})
process.stdin.resume().once('end', () => process.exit(0))
