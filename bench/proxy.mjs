// Measures the latency that a proxy adds: open loop, 1,000 requests per second, direct and through each proxy in turn.
// Needs `npm run build`. Usage: node bench/proxy.mjs [seconds per round, 5] [rounds, 3]
import {execFileSync, fork, spawn} from 'node:child_process'
import {once} from 'node:events'
import {Agent, createServer, request} from 'node:http'
import {cpus, loadavg} from 'node:os'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {connectToxiproxy} from '../dist/clients/toxiproxy.js'

const ratePerSecond = 1000
const body = Buffer.alloc(1024, 'x')

/** The server that is asked, in a process of its own. */
const serve = () => {
  const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1', () => {
    process.send?.(server.address().port)
  })
  process.once('disconnect', () => process.exit())
}

/** Sends requests at their intended times and gives latencies from those times, in milliseconds. */
const measure = async (port, seconds) => {
  const agent = new Agent({keepAlive: true, maxSockets: 64})
  const latencies = []
  const failed = []
  const total = ratePerSecond * seconds
  let settled = 0
  let finish
  const finished = new Promise((resolve) => {
    finish = resolve
  })
  const settle = () => {
    settled += 1
    if (settled === total) finish()
  }
  const send = (intended) => {
    const call = request({port, host: '127.0.0.1', agent}, (response) => {
      response.resume().once('end', () => {
        latencies.push(performance.now() - intended)
        settle()
      })
    })
    call.once('error', (error) => {
      failed.push(error)
      settle()
    })
    call.end()
  }
  const start = performance.now() + 20
  let sent = 0
  const tick = () => {
    for (; sent < total && start + (sent * 1000) / ratePerSecond <= performance.now(); sent++)
      send(start + (sent * 1000) / ratePerSecond)
    if (sent < total) setTimeout(tick, 1)
  }
  tick()
  await finished
  agent.destroy()
  if (failed.length > 0) throw failed[0]
  return latencies
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]

const startOurs = async () => {
  const entry = fileURLToPath(new URL('../dist/toxiproxy/main.js', import.meta.url))
  const child = spawn(process.execPath, [entry, '--port', '0', '--owned'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({input: child.stdout}), 'line')
  return {name: 'ours', child, url: JSON.parse(line).url}
}

/** The real server when it is installed; a peer, not a rival: it is compiled and uses all cores. */
const startReal = async () => {
  let binary
  try {
    binary = execFileSync(fileURLToPath(new URL('../tools/toxiproxy', import.meta.url)), {
      encoding: 'utf8',
    }).trim()
  } catch {
    console.log('The real Toxiproxy is not installed (tools/toxiproxy installs it): measuring ours alone.\n')
    return undefined
  }
  const port = 20_000 + (process.pid % 20_000)
  const child = spawn(binary, ['-host', '127.0.0.1', '-port', String(port)], {stdio: 'ignore'})
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 200; tries++) {
    const ok = await fetch(`${url}/version`).then(
      () => true,
      () => false,
    )
    if (ok) return {name: 'Toxiproxy 2.12.0', child, url}
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  child.kill('SIGKILL')
  throw new Error('The real Toxiproxy did not start')
}

const proxied = async ({url}, upstreamPort, toxics) => {
  const name = toxics ? 'idle' : 'plain'
  const client = connectToxiproxy(url)
  const proxy = {name, listen: '127.0.0.1:0', upstream: `127.0.0.1:${upstreamPort}`}
  const {listen} = await client.createProxy(proxy)
  const toxic = {
    name: 'l',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
    attributes: {latency: 0, jitter: 0},
  }
  if (toxics) await client.addToxic(name, toxic)
  return Number(listen.split(':').at(-1))
}

const main = async (seconds, rounds) => {
  const origin = fork(fileURLToPath(import.meta.url), ['--serve'])
  const [originPort] = await once(origin, 'message')
  const servers = [await startOurs(), await startReal()].filter(Boolean)
  try {
    const routes = [{name: 'direct', port: originPort, latencies: []}]
    for (const server of servers) {
      routes.push({name: server.name, port: await proxied(server, originPort, false), latencies: []})
      routes.push({
        name: `${server.name}, latency 0`,
        port: await proxied(server, originPort, true),
        latencies: [],
      })
    }
    for (const {port} of routes) await measure(port, 1)
    // Rounds alternate, so that a noisy moment of the machine hits no route alone.
    for (let round = 0; round < rounds; round++)
      for (const route of routes) route.latencies.push(...(await measure(route.port, seconds)))
    report(routes, seconds * rounds)
  } finally {
    origin.kill('SIGKILL')
    for (const {child} of servers) child.kill('SIGKILL')
  }
}

const report = (routes, seconds) => {
  const machine = `${cpus().length} × ${cpus()[0]?.model}, load average ${loadavg()[0]?.toFixed(1)}`
  console.log(`${ratePerSecond} requests/s, ${seconds} s per route, ${body.length} B answers; ${machine}`)
  console.log('A load average above the number of cores makes p99 that of the machine, not of the proxies.\n')
  console.log('| route | p50 ms | p99 ms | added p50 | added p99 | p99 ratio |\n|---|---|---|---|---|---|')
  const sorted = routes.map(({latencies}) => latencies.sort((a, b) => a - b))
  const [base50, base99] = [quantile(sorted[0], 0.5), quantile(sorted[0], 0.99)]
  for (const [index, {name}] of routes.entries()) {
    const [p50, p99] = [quantile(sorted[index], 0.5), quantile(sorted[index], 0.99)]
    const cells = [p50, p99, p50 - base50, p99 - base99, p99 / base99].map((value) => value.toFixed(2))
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
}

if (process.argv[2] === '--serve') serve()
else await main(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 3))
