// How long the CLI takes to start: `--version`, `--help` and `validate` of one file, beside bare node in the same run.
//   node bench/cli.mjs [rounds]
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

const rounds = Number(process.argv[2] ?? 15)
const root = fileURLToPath(new URL('..', import.meta.url))
const cases = {
  'node -e 0': ['-e', '0'],
  'shakedown --version': ['bin/run.js', '--version'],
  'shakedown --help': ['bin/run.js', '--help'],
  'shakedown validate': ['bin/run.js', 'validate', 'scenarios/payment-slow.yaml'],
}

const timeOnce = (args) => {
  const started = performance.now()
  const {status} = spawnSync(process.execPath, args, {cwd: root})
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`)
  return performance.now() - started
}

// Interleaved, so that a slow moment of the machine hits all alike.
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const [name, args] of Object.entries(cases)) times[name].push(timeOnce(args))
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const base = median(times['node -e 0'])
console.log(
  `${rounds} rounds each, interleaved; median and slowest in ms, and the median as a multiple of bare node`,
)
for (const [name, values] of Object.entries(times)) {
  const [mid, worst] = [median(values), Math.max(...values)]
  console.log(
    `${name.padEnd(22)} ${mid.toFixed(0).padStart(5)} ${worst.toFixed(0).padStart(5)}   ${(mid / base).toFixed(1)}×`,
  )
}
