// A server of HTTP/2 without TLS, to be asked as the others. It answers after a time, so that streams add up, and says
// how many connections were opened and how many streams one had at once.
import {createServer} from 'node:http2'
import {createInterface} from 'node:readline'

const [delayMs, maxConcurrentStreams] = process.argv.slice(3).map(Number)
const server = createServer({settings: {maxConcurrentStreams}})
let answers = 0
let sessions = 0
let mostStreams = 0

server.on('session', (session) => {
  sessions++
  let open = 0
  session.on('stream', (stream) => {
    mostStreams = Math.max(mostStreams, ++open)
    stream.on('close', () => open--)
    stream.on('error', () => {})
    const answer = () => {
      if (stream.destroyed) return
      answers++
      stream.respond({':status': 200})
      stream.end('hello world')
    }
    if (delayMs > 0) setTimeout(answer, delayMs)
    else answer()
  })
  session.on('error', () => {})
})
server.listen({port: 0, host: '127.0.0.1', backlog: 4096}, () => console.log(`port ${server.address().port}`))
createInterface({input: process.stdin})
  .on('line', () => console.log(`count ${answers} ${process.hrtime.bigint()} ${sessions} ${mostStreams}`))
  .on('close', () => process.exit())
