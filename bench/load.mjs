// How well pacer keeps time, what it says of a stall, how much it carries beside wrk, hey, autocannon and k6, what it
// carries over HTTP/2, and whether its memory stays flat. Server and generators each have a core of their own where taskset is.
// Run `npm run build` first. Usage: node bench/load.mjs --help
import {cpus, loadavg} from 'node:os'
import {parseArgs} from 'node:util'
import {canPin, pinSelf} from './load/machine.mjs'
import {parts} from './load/parts/index.mjs'
import {startServer} from './load/witness.mjs'

const texts = {
  parts: ['rates,stall,maximum', `what to measure, of ${Object.keys(parts)}`],
  rates: ['1000,5000,10000,20000', 'asked rates, per second'],
  k6: ['', 'paths of k6, for the comparison: one, or several with commas between'],
}
const numbers = {
  seconds: ['8', 'length of one measurement'],
  from: ['20000', 'rate at which the search for the maximum begins'],
  soak: ['600', 'length of the part "soak" in seconds'],
  'soak-rate': ['5000', 'rate of the part "soak"'],
  core: ['1', 'core of the generators; the server has core 0'],
}

const usage = () =>
  ['Usage: node bench/load.mjs [options]', '']
    .concat(
      Object.entries({...texts, ...numbers}).map(
        ([name, [value, what]]) => `  --${name} ${value}\n      ${what}`,
      ),
    )
    .join('\n')

const readOptions = () => {
  const all = Object.entries({...texts, ...numbers}).map(([name, [value]]) => [
    name,
    {type: 'string', default: value},
  ])
  const {values} = parseArgs({options: {...Object.fromEntries(all), help: {type: 'boolean'}}})
  if (values.help) return undefined
  const parsed = Object.fromEntries(Object.keys(numbers).map((name) => [name, Number(values[name])]))
  const wrong = Object.entries(parsed).find(([, value]) => !(value >= 0))
  if (wrong) throw new Error(`--${wrong[0]} ${values[wrong[0]]}: expected a number`)
  const names = values.parts.split(',')
  const unknown = names.find((name) => parts[name] === undefined)
  if (unknown !== undefined) throw new Error(`--parts ${unknown}: expected some of ${Object.keys(parts)}`)
  const {'soak-rate': soakRate, ...rest} = parsed
  return {...rest, soakRate, parts: names, rates: values.rates.split(',').map(Number), k6: values.k6}
}

const cell = (value) => {
  if (typeof value !== 'number') return value
  if (Number.isNaN(value)) return '–'
  return value >= 1000 ? value.toFixed(0) : value.toFixed(2)
}
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`

const show = ({title, columns, rows, notes = [], checks}) => {
  console.log(`## ${title}\n`)
  console.log([row(['', ...columns]), `|${'---|'.repeat(columns.length + 1)}`, ...rows.map(row)].join('\n'))
  if (notes.length > 0) console.log(`\n${notes.join('\n')}`)
  for (const {name, value, most, least} of checks) {
    const met = most === undefined ? value >= least : value <= most
    const bound = most === undefined ? `at least ${least}` : `at most ${most}`
    console.log(`\n${met ? 'met   ' : 'MISSED'} ${name}: ${cell(value)} (${bound})`)
  }
  console.log('')
}

const main = async (options) => {
  const server = await startServer(0)
  process.once('exit', () => server.stop())
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  pinSelf(options.core)
  const load = () => loadavg()[0]?.toFixed(1)
  console.log(`${cpus().length} × ${cpus()[0]?.model}, load average ${load()} before; server ${server.what}`)
  console.log(
    canPin
      ? `Generators are pinned to core ${options.core}, the server to core 0.\n`
      : 'No taskset here: nothing is pinned.\n',
  )
  for (const part of options.parts) show(await parts[part]({server, options}))
  console.log(`load average ${load()} after, of which this benchmark is up to 2`)
  server.stop()
}

if (process.argv[2] === '--serve') await import('./load/server.mjs')
else if (process.argv[2] === '--serve-http2') await import('./load/http2-server.mjs')
else
  try {
    const options = readOptions()
    if (options === undefined) console.log(usage())
    else await main(options)
  } catch (cause) {
    console.error(cause.message)
    process.exitCode = 1
  }
