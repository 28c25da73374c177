// Compares our PromQL evaluation with Prometheus 3.5 over the same samples, on the same core, in one run.
// Needs `npm run build` and tools/prometheus-3.5. Usage: node bench/promql.mjs --help
import {mkdtempSync, rmSync} from 'node:fs'
import {cpus, loadavg, tmpdir} from 'node:os'
import {join} from 'node:path'
import {queriesOf} from './promql/data.mjs'
import {measure, mixUp} from './promql/measure.mjs'
import {readOptions} from './promql/options.mjs'
import {startEvaluator, startOurs, startPrometheus} from './promql/servers.mjs'
import {canPin, leaveCore} from './proxy/servers.mjs'

const isPinned = ({core}) => canPin && core !== undefined

const show = ({name, expression, bound}, measured, pick) => {
  const {points, rounds, ourAlone, theirAlone, ourHttp, theirHttp, ourCpu, theirCpu} = measured
  const rows = [
    ['evaluation alone', ourAlone, theirAlone],
    ['whole HTTP answer', ourHttp, theirHttp],
    ['processor time of an HTTP answer', ourCpu, theirCpu],
  ]
  console.log(`${name}: \`${expression}\`, ${points} points, the same from both, ${rounds} rounds\n`)
  console.log(`| ms, ${pick} | ours | Prometheus | ours : theirs |\n|---|---|---|---|`)
  for (const [what, ours, theirs] of rows)
    console.log(`| ${what} | ${ours.toFixed(2)} | ${theirs.toFixed(2)} | ${(ours / theirs).toFixed(2)} |`)
  if (bound === undefined) console.log('\nNo bound is set for this one.')
  else
    for (const [what, ours, theirs] of rows.slice(0, 2)) {
      const ratio = ours / theirs
      const met = ratio <= bound ? 'met   ' : 'MISSED'
      console.log(`\n${met} ${name}, ${what}, ours : theirs: ${ratio.toFixed(2)} (≤ ${bound})`)
    }
  console.log('')
}

/** Fills an evaluator and both servers with samples that end now, and asks them; whatever was started is ended. */
const runWith = async (intervalSeconds, options) => {
  const {series, perSeries} = options
  const intervalMs = intervalSeconds * 1000
  const endMs = Math.floor(Date.now() / 60_000) * 60_000
  const shape = {series, perSeries, intervalMs, startMs: endMs - perSeries * intervalMs}
  const core = isPinned(options) ? options.core : undefined
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-bench-promql-'))
  const children = []
  const end = () => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, {recursive: true, force: true, maxRetries: 20, retryDelay: 50})
  }
  process.once('exit', end)
  try {
    console.log(`## ${series} series, a sample every ${intervalSeconds} s, ${perSeries} samples each\n`)
    const rig = {core, shape, folder, onChild: (child) => children.push(child)}
    const sides = {
      evaluator: await startEvaluator(rig),
      ours: await startOurs(rig),
      theirs: await startPrometheus(rig),
    }
    const queries = queriesOf(shape)
    await mixUp(queries, sides)
    for (const query of queries) show(query, await measure(query, sides, options), options.pick)
  } finally {
    end()
    process.off('exit', end)
  }
}

/** Long enough for any machine; what takes longer hangs. */
const limitMs = ({intervals, rounds, warmUpMs, measureMs}) =>
  intervals.length * (600_000 + 3 * (warmUpMs + measureMs + rounds * 10_000))

const main = async (options) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  if (isPinned(options)) leaveCore(options.core, cpus().length)
  console.log(`${cpus().length} × ${cpus()[0]?.model}, load average ${loadavg()[0]?.toFixed(1)} before`)
  console.log(
    isPinned(options)
      ? `All who answer are pinned to core ${options.core}.\n`
      : 'Nothing is pinned to a core.\n',
  )
  const late = setTimeout(() => {
    console.error('The benchmark hangs: giving up.')
    process.exit(1)
  }, limitMs(options)).unref()
  for (const interval of options.intervals) await runWith(interval, options)
  clearTimeout(late)
  console.log(`load average ${loadavg()[0]?.toFixed(1)} after, of which this benchmark is up to 2`)
}

if (process.argv[2] === '--evaluator') {
  const {serveEvaluator} = await import('./promql/evaluator.mjs')
  serveEvaluator(JSON.parse(process.argv[3]))
} else {
  try {
    const options = readOptions()
    if (options) await main(options)
  } catch (cause) {
    console.error(cause.message)
    process.exitCode = 1
  }
}
