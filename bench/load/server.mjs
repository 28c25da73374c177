// Where there is no compiler: the cheapest server that Node can be, to be asked as the one in C. Ends with who started it.
import {createServer} from 'node:net'
import {createInterface} from 'node:readline'

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world')
const end = Buffer.from('\r\n\r\n')

let open = 0
let answers = 0
let logged = []
const nowNs = () => process.hrtime.bigint()

/** Requests without a body end in an empty line, which may come apart. */
const serve = (socket) => {
  const accepted = nowNs()
  let rest = Buffer.alloc(0)
  socket.setNoDelay(true)
  // Somebody has begun: the benchmark reckons from here.
  if (open++ === 0) console.log('busy')
  socket.on('close', () => open--)
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let count = 0
    let from = 0
    for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end, from)) {
      count++
      from = at + end.length
    }
    rest = bytes.subarray(from)
    if (count === 0) return
    socket.write(count === 1 ? answer : Buffer.concat(Array(count).fill(answer)))
    answers += count
    const [, number] = /^GET \/(\d+)/.exec(bytes.latin1Slice(0, 32)) ?? []
    if (number !== undefined && logged.length < 65_536) logged.push(`at ${number} ${accepted} ${nowNs()}`)
  })
  socket.on('error', () => socket.destroy())
}

const server = createServer(serve)
server.listen({port: 0, host: '127.0.0.1', backlog: 4096}, () => console.log(`port ${server.address().port}`))
createInterface({input: process.stdin})
  .on('line', (line) => {
    if (line === 'count') return console.log(`count ${answers} ${nowNs()}`)
    console.log([...logged, 'end'].join('\n'))
    logged = []
  })
  .on('close', () => process.exit())
