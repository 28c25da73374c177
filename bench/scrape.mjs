// What scraping and storing cost. Run `npm run build` first, then `node bench/scrape.mjs`; Linux only.
//   CPU: share of a core that `shakedown metrics` takes for 20 targets of 500 series each second; the targets are real
//        HTTP servers in a process of their own, whose work is not counted.
//   Memory: bytes a sample for a million samples in a thousand series, and how long it takes to read them all.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

const {values: options, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    seconds: {type: 'string', default: '20'},
    targets: {type: 'string', default: '20'},
    series: {type: 'string', default: '500'},
    gzip: {type: 'boolean', default: false},
    only: {type: 'string'},
    // Writes a profile of the scraping process here, for Chrome's developer tools.
    profile: {type: 'string'},
    // What this process is when it was started by another of its kind.
    part: {type: 'string'},
  },
})
const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const ticksPerSecond = 100
/** Compiled code and connections come into being in the first seconds. */
const warmUpSeconds = 10

const firstLine = async (child) => {
  for await (const line of createInterface({input: child.stdout})) return line
  throw new Error('the process ended without a word')
}

/** CPU seconds of all threads of a process so far: proc(5), the fields after the name in brackets. */
const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const end = async (child) => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  await once(child, 'exit')
}

const configOf = (ports) =>
  JSON.stringify({
    global: {scrape_interval: '1s', scrape_timeout: '900ms'},
    scrape_configs: [
      {job_name: 'shop', static_configs: [{targets: ports.map((port) => `127.0.0.1:${port}`)}]},
    ],
  })

const totals = async (url) => {
  const {data} = await (await fetch(`${url}/api/v1/status/runtimeinfo`)).json()
  return {samples: data.sampleCount, series: data.seriesCount}
}

const measureScraping = async (folder) => {
  const seconds = Number(options.seconds)
  const children = []
  try {
    const targets = spawn(
      process.execPath,
      [
        file('scrape.mjs'),
        '--part',
        'targets',
        options.targets,
        options.series,
        options.gzip ? 'gzip' : 'plain',
      ],
      {stdio: ['pipe', 'pipe', 'inherit']},
    )
    children.push(targets)
    const config = join(folder, 'config.yml')
    writeFileSync(config, configOf(JSON.parse(await firstLine(targets))))
    const profiling = options.profile ? ['--cpu-prof', '--cpu-prof-dir', options.profile] : []
    const server = spawn(
      process.execPath,
      [...profiling, file('../bin/run.js'), 'metrics', '--config', config, '--listen', '127.0.0.1:0'],
      {stdio: ['ignore', 'pipe', 'inherit']},
    )
    children.push(server)
    const url = /http:\S+/.exec(await firstLine(server))[0]
    await sleep(warmUpSeconds * 1000)
    const before = {cpu: cpuSeconds(server.pid), ms: performance.now(), ...(await totals(url))}
    await sleep(seconds * 1000)
    const after = {cpu: cpuSeconds(server.pid), ms: performance.now(), ...(await totals(url))}
    const passed = (after.ms - before.ms) / 1000
    return {
      targets: Number(options.targets),
      series: after.series,
      body: options.gzip ? 'gzip' : 'plain',
      'samples per second': Math.round((after.samples - before.samples) / passed),
      'share of a core %': Number((((after.cpu - before.cpu) / passed) * 100).toFixed(2)),
    }
  } finally {
    for (const child of children.reverse()) await end(child)
  }
}

// The room for short-lived objects would grow by as much as the samples take, and stay.
const steadyHeap = ['--expose-gc', '--max-semi-space-size=1']

/** Each kind of data in a process of its own, so that what one leaves behind is not counted with another. */
const measureMemory = async () => {
  const kinds = [
    'counter',
    'busy counter',
    'quiet counter',
    'constant',
    'integer gauge',
    'float gauge',
    'seconds',
  ]
  const rows = []
  for (const kind of kinds) {
    const child = spawn(process.execPath, [...steadyHeap, file('scrape.mjs'), '--part', 'memory', kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    rows.push({kind, ...JSON.parse(await firstLine(child))})
    await end(child)
  }
  return rows
}

const measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scrape-'))
  try {
    if (options.only !== 'memory') console.table([await measureScraping(folder)])
    if (options.only !== 'scrape') console.table(await measureMemory())
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

switch (options.part) {
  case 'targets':
    await (await import('./scrape/targets.mjs')).serveTargets(positionals)
    break
  case 'memory':
    ;(await import('./scrape/memory.mjs')).measureKind(positionals)
    break
  default:
    await measure()
}
