// Compares our proxy server with Toxiproxy 2.12.0, both pinned to the same core, in one run.
// Needs `npm run build`, tools/toxiproxy for the comparison, and wrk for the part "http" (apt-get install -y wrk).
// Usage: node bench/proxy.mjs --help
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {cpus, loadavg} from 'node:os'
import {fileURLToPath} from 'node:url'
import {wrkMissing} from './proxy/closed-loop.mjs'
import {readOptions} from './proxy/options.mjs'
import {serveOrigin} from './proxy/origin.mjs'
import {parts} from './proxy/parts.mjs'
import {canPin, leaveCore, startServers} from './proxy/servers.mjs'

const cell = (value) => {
  if (typeof value !== 'number') return value
  if (Number.isNaN(value)) return '–'
  return value >= 1000 ? value.toFixed(0) : value.toFixed(2)
}
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`

const show = ({title, columns, rows, checks}) => {
  console.log(`## ${title}\n`)
  console.log([row(['', ...columns]), `|${'---|'.repeat(columns.length + 1)}`, ...rows.map(row)].join('\n'))
  for (const {name, value, bound, met} of checks)
    console.log(`\n${met ? 'met   ' : 'MISSED'} ${name}: ${cell(value)} (${bound})`)
  console.log('')
}

/** Long enough for any part on a slow machine; what takes longer hangs. */
const limitMs = ({parts, seconds, rounds, gigabytes}) =>
  parts.length * (60 + 8 * rounds * (seconds + 10 * gigabytes)) * 1000

const main = async (options) => {
  const missing = options.parts.includes('http') ? wrkMissing() : undefined
  if (missing) throw new Error(missing)
  const servers = await startServers(options.core, options.entry)
  leaveCore(options.core, cpus().length)
  const origin = fork(fileURLToPath(import.meta.url), ['--origin'])
  const end = () => {
    origin.kill('SIGKILL')
    for (const {child} of servers) child.kill('SIGKILL')
  }
  process.once('exit', end)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  const late = setTimeout(() => {
    console.error('The benchmark hangs: giving up.')
    process.exit(1)
  }, limitMs(options)).unref()
  const [ports] = await once(origin, 'message')
  console.log(`${cpus().length} × ${cpus()[0]?.model}, load average ${loadavg()[0]?.toFixed(1)} before`)
  console.log(
    canPin ? `Each proxy is pinned to core ${options.core}.\n` : 'No taskset here: nothing is pinned.\n',
  )
  for (const part of options.parts) show(await parts[part]({servers, origin: ports, options}))
  console.log(`load average ${loadavg()[0]?.toFixed(1)} after, of which this benchmark is up to 2`)
  clearTimeout(late)
  end()
}

if (process.argv[2] === '--origin') await serveOrigin()
else {
  try {
    const options = readOptions(Object.keys(parts))
    if (options) await main(options)
  } catch (cause) {
    console.error(cause.message)
    process.exit(1)
  }
}
