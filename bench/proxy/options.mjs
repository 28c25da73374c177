// What can be chosen on the command line.
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

/** Numbers, with their defaults. */
const numbers = {
  seconds: [5, 'length of one round of http and steady'],
  rounds: [3, 'how often each route is measured'],
  gigabytes: [1, 'size of one bulk transfer'],
  connections: [50, 'keep-alive connections of http'],
  rate: [1000, 'requests per second of steady'],
  idle: [1000, 'connections of idle'],
  chunks: [300, 'chunks that timing sends under a latency of 100 ms'],
  core: [0, 'the core that the proxies are pinned to; all else runs on the others'],
}

const texts = {
  parts: ['timing,idle,http,steady,bulk', 'what to measure'],
  pick: [
    'median',
    'median or best of the rounds; best is for a machine that others use too, since they only ever make figures worse',
  ],
  entry: [fileURLToPath(new URL('../../dist/toxiproxy/main.js', import.meta.url)), 'our server to measure'],
}

const usage = () =>
  ['Usage: node bench/proxy.mjs [options]', '']
    .concat(
      Object.entries({...numbers, ...texts}).map(
        ([name, [value, what]]) => `  --${name} ${value}\n      ${what}`,
      ),
    )
    .join('\n')

const checked = (values, partNames) => {
  const parsed = Object.keys(numbers).map((name) => [name, Number(values[name])])
  const wrong = parsed.find(([name, value]) => !(name === 'core' ? value >= 0 : value > 0))
  if (wrong) throw new Error(`--${wrong[0]} ${values[wrong[0]]}: expected a number above 0`)
  const parts = values.parts.split(',')
  const unknown = parts.find((part) => !partNames.includes(part))
  if (unknown !== undefined) throw new Error(`--parts ${unknown}: expected some of ${partNames}`)
  if (!['median', 'best'].includes(values.pick))
    throw new Error(`--pick ${values.pick}: expected median or best`)
  return {...Object.fromEntries(parsed), parts, pick: values.pick, entry: values.entry}
}

/** The options; undefined when help was asked for and given. Throws when one is wrong. */
export const readOptions = (partNames) => {
  const options = Object.fromEntries(
    Object.entries({...numbers, ...texts}).map(([name, [value]]) => [
      name,
      {type: 'string', default: String(value)},
    ]),
  )
  const {values} = parseArgs({options: {...options, help: {type: 'boolean', default: false}}})
  if (values.help) console.log(usage())
  return values.help ? undefined : checked(values, partNames)
}
