// A server with a known limit: so many slots, each of which takes exactly so long for a request, one line before them.
// node bench/capacity/slot-server.mjs --slots 4 --service 10 prints its port; it ends with its standard input.
import {createServer} from 'node:http'
import {parseArgs} from 'node:util'

const {values} = parseArgs({
  options: {
    slots: {type: 'string', default: '4'},
    service: {type: 'string', default: '10'},
    // Answers 503 at once when so many wait; never by default.
    line: {type: 'string', default: 'Infinity'},
  },
})
const serviceMs = Number(values.service)
/** When each slot is free: reckoned, not measured, so that late timers do not make it slower than it is. */
const free = new Array(Number(values.slots)).fill(0)
const waiting = []
let answered = 0

const answerDue = () => {
  const now = performance.now()
  while (waiting.length > 0 && waiting[0].doneMs <= now) {
    waiting.shift().response.end('done')
    answered++
  }
  if (waiting.length > 0) setTimeout(answerDue, Math.max(0, waiting[0].doneMs - now))
}

const metrics = () =>
  [
    '# TYPE slots_requests_total counter',
    `slots_requests_total ${answered}`,
    '# TYPE slots_in_flight gauge',
    `slots_in_flight ${waiting.length}`,
    '# TYPE process_cpu_seconds_total counter',
    `process_cpu_seconds_total ${process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6}`,
    '',
  ].join('\n')

const server = createServer((request, response) => {
  if (request.url === '/metrics') return response.setHeader('content-type', 'text/plain').end(metrics())
  if (waiting.length >= Number(values.line)) return response.writeHead(503).end()
  const slot = free.indexOf(Math.min(...free))
  const doneMs = Math.max(performance.now(), free[slot]) + serviceMs
  free[slot] = doneMs
  waiting.push({doneMs, response})
  if (waiting.length === 1) setTimeout(answerDue, serviceMs)
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.resume().on('end', () => process.exit())
