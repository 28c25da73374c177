// HTTP servers that expose series as services do: histograms by route and code, counters, gauges. Started by
// bench/scrape.mjs with the number of targets, of series of each, and `gzip` or `plain`; ends when its input does.
import {createServer} from 'node:http'
import {gzipSync} from 'node:zlib'

const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf']

/** One line of a body: the series, and a value that moves as such a series does. */
const lineOf = (target, index) => {
  const route = `/api/v1/resource-${Math.floor(index / 28)}`
  const place = index % 28
  const labels = `service="service-${target}",method="GET",route="${route}"`
  let value = 0
  const counter = (text, perScrape) => () => {
    value += Math.floor(Math.random() * perScrape * 2)
    return `${text} ${value}`
  }
  if (place < 12)
    return counter(`http_request_duration_seconds_bucket{le="${bounds[place]}",${labels},code="200"}`, place)
  if (place < 24)
    return counter(
      `http_request_duration_seconds_bucket{le="${bounds[place - 12]}",${labels},code="500"}`,
      0.6,
    )
  if (place === 24) return counter(`http_request_duration_seconds_count{${labels},code="200"}`, 12)
  if (place === 25) {
    return () => {
      value += Math.random()
      return `http_request_duration_seconds_sum{${labels},code="200"} ${value}`
    }
  }
  if (place === 26) return () => `http_requests_in_flight{${labels}} ${Math.floor(Math.random() * 20)}`
  return () => `process_resident_memory_bytes{${labels}} ${1e8 + Math.floor(Math.random() * 1e6)}`
}

/** Prints the ports as JSON. */
export const serveTargets = async ([targets, series, packing]) => {
  const ports = []
  for (let target = 0; target < Number(targets); target++) {
    const lines = Array.from({length: Number(series)}, (_, index) => lineOf(target, index))
    const server = createServer((_request, response) => {
      const body = `# HELP http_request_duration_seconds How long.\n# TYPE http_request_duration_seconds histogram\n${lines.map((line) => line()).join('\n')}\n`
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      if (packing === 'gzip') response.setHeader('content-encoding', 'gzip')
      response.end(packing === 'gzip' ? gzipSync(body) : body)
    })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    ports.push(server.address().port)
  }
  console.log(JSON.stringify(ports))
  process.stdin.on('end', () => process.exit()).resume()
  process.on('SIGINT', () => process.exit())
}
