// Compares our proxy server with Toxiproxy 2.12.0, both pinned to the same core, in one run.
// Needs `npm run build`, tools/toxiproxy for the comparison, and wrk for the part "http" (apt-get install -y wrk).
// Usage: node bench/proxy.mjs [--parts timing,idle,http,steady,bulk] [--seconds 5] [--rounds 3] [--gigabytes 1] …
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {cpus, loadavg} from 'node:os'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {wrkMissing} from './proxy/closed-loop.mjs'
import {serveOrigin} from './proxy/origin.mjs'
import {parts} from './proxy/parts.mjs'
import {canPin, leaveCore, startServers} from './proxy/servers.mjs'

const defaults = {
  seconds: 5,
  rounds: 3,
  gigabytes: 1,
  connections: 50,
  rate: 1000,
  idle: 1000,
  chunks: 300,
  core: 0,
}

const readOptions = () => {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, {type: 'string', default: String(value)}]),
  )
  const {values} = parseArgs({
    options: {
      ...options,
      parts: {type: 'string', default: Object.keys(parts).join()},
      entry: {type: 'string', default: fileURLToPath(new URL('../dist/toxiproxy/main.js', import.meta.url))},
    },
  })
  const numbers = Object.keys(defaults).map((name) => [name, Number(values[name])])
  const wrong = numbers.find(([name, value]) => !(value >= 0) || (name !== 'core' && value === 0))
  if (wrong) throw new Error(`--${wrong[0]} ${values[wrong[0]]}: expected a number above 0`)
  const chosen = values.parts.split(',')
  const unknown = chosen.find((part) => !Object.hasOwn(parts, part))
  if (unknown !== undefined) throw new Error(`--parts ${unknown}: expected some of ${Object.keys(parts)}`)
  return {...Object.fromEntries(numbers), entry: values.entry, parts: chosen}
}

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
    await main(readOptions())
  } catch (cause) {
    console.error(cause.message)
    process.exit(1)
  }
}
