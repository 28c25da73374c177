// Starts who answers: our evaluator alone, our server, and a Prometheus; all pinned to one core, with the same samples.
import {execFile, execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createWriteStream} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {dirname, join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {dataOf} from './data.mjs'
import {writeAll} from './remote-write.mjs'

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const pinned = (core, command) => (core === undefined ? command : ['taskset', '-c', String(core), ...command])

/**
 * Tells `onChild` at once, so that nothing is left when a start fails. A session of its own, as servers have: Linux
 * shares a core between sessions first.
 */
const start = ({core, onChild}, command, stdio) => {
  const [program, ...args] = pinned(core, command)
  const child = spawn(program, args, {stdio, detached: true})
  onChild(child)
  return child
}

const failed = (child, what) =>
  once(child, 'exit').then(() => {
    throw new Error(`${what} ended at its start: npm run build makes what it needs`)
  })

/** Our store and evaluator in a process; `evaluate` resolves to milliseconds. */
export const startEvaluator = async (rig) => {
  const command = [process.execPath, pathOf('../promql.mjs'), '--evaluator', JSON.stringify(rig.shape)]
  const child = start(rig, command, ['ignore', 'inherit', 'inherit', 'ipc'])
  await Promise.race([once(child, 'message'), failed(child, 'The evaluator')])
  const evaluate = async (query) => {
    child.send(query)
    const [ms] = await once(child, 'message', {signal: AbortSignal.timeout(120_000)})
    return ms
  }
  return {evaluate}
}

/** `shakedown metrics`, filled over remote write. */
export const startOurs = async (rig) => {
  const command = [process.execPath, pathOf('../../bin/run.js'), 'metrics', '--listen', '127.0.0.1:0']
  const child = start(rig, [...command, '--retention', '2d'], ['ignore', 'pipe', 'inherit'])
  const line = once(createInterface({input: child.stdout}), 'line')
  const [text] = await Promise.race([line, failed(child, 'shakedown metrics')])
  const [url] = /http:\/\/\S+/.exec(text)
  await writeAll(url, dataOf(rig.shape))
  return {child, url}
}

const labelsText = ({__name__: name, ...labels}) =>
  `${name}{${Object.entries(labels).map(([label, value]) => `${label}="${value}"`)}}`

const writeOpenMetrics = async (file, shape) => {
  const stream = createWriteStream(file)
  for (const {labels, t, v} of dataOf(shape)) {
    const name = labelsText(labels)
    const lines = Array.from(t, (tMs, at) => `${name} ${v[at]} ${tMs / 1000}\n`)
    if (!stream.write(lines.join(''))) await once(stream, 'drain')
  }
  stream.end('# EOF\n')
  await once(stream, 'close')
}

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address()
  server.close()
  return port
}

const untilReady = async (url) => {
  for (let tries = 0; tries < 600; tries++) {
    const ready = await fetch(`${url}/-/ready`).then(
      ({ok}) => ok,
      () => false,
    )
    if (ready) return
    await delay(50)
  }
  throw new Error('Prometheus did not get ready within 30 s')
}

/** A real Prometheus 3.5 in the rig's folder, filled by promtool. Blocks stay as they are: no compaction in between. */
export const startPrometheus = async (rig) => {
  const {folder, shape} = rig
  const program = execFileSync(pathOf('../../tools/prometheus-3.5'), {encoding: 'utf8'}).trim()
  const openMetrics = join(folder, 'samples.om')
  const tsdb = join(folder, 'tsdb')
  await writeOpenMetrics(openMetrics, shape)
  const promtool = join(dirname(program), 'promtool')
  await promisify(execFile)(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', openMetrics, tsdb])
  const config = join(folder, 'prometheus.yml')
  await writeFile(config, 'global: {scrape_interval: 1h}\n')
  const port = await freePort()
  const command = [
    program,
    `--config.file=${config}`,
    `--storage.tsdb.path=${tsdb}`,
    '--storage.tsdb.min-block-duration=2h',
    '--storage.tsdb.max-block-duration=2h',
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]
  const child = start(rig, command, ['ignore', 'inherit', 'inherit'])
  const url = `http://127.0.0.1:${port}`
  await Promise.race([untilReady(url), failed(child, 'Prometheus')])
  return {child, url}
}
