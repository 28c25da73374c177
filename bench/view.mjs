// What the live view costs: CPU of the CLI's main thread with it and without it (--quiet), both on a pseudo-terminal of
// util-linux `script`, and whether the generator is later for it. Load is sent to a server of this process.
// Run `npm run build` first. Usage: node bench/view.mjs [--rounds 3] [--seconds 20] [--rate 100]
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {gunzipSync} from 'node:zlib'

const {values} = parseArgs({
  options: {
    rounds: {type: 'string', default: '3'},
    seconds: {type: 'string', default: '20'},
    rate: {type: 'string', default: '100'},
  },
})
const seconds = Number(values.seconds)
const median = (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]

let answered = 0
const server = createServer((request, response) => {
  if (request.url !== '/metrics') answered++
  response.end(request.url === '/metrics' ? `answered_total ${answered}\n` : 'ok')
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}`
const folder = mkdtempSync(join(tmpdir(), 'bench-view-'))
const write = (name, text) => writeFileSync(join(folder, name), text)
write(
  'shop.yaml',
  `name: shop\nendpoints: {web: "${url}"}\nmetrics: {kind: scrape, intervalMs: 500, targets: [{url: "${url}/metrics", labels: {job: web, instance: web-1}}]}\n`,
)
write(
  'view.yaml',
  `name: view
target: shop.yaml
load: {profile: {constant: ${values.rate}/s}, requests: [{name: home, get: /}]}
phases: {baseline: ${seconds - 2}s, fault: 1s, recovery: 1s}
objectives:
  - {name: quick, latency: shakedown_load_request_duration_seconds, below: 300ms, target: 99%, during: [baseline]}
`,
)

/** CPU of the main thread, in seconds; nothing when it has gone. */
const cpuOf = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8')
    // Fields are counted behind the name, which may hold spaces: utime and stime, in hundredths.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return undefined
  }
}

const pidIn = async (path) => {
  for (;;) {
    try {
      const pid = Number(readFileSync(path, 'utf8'))
      if (pid > 0) return pid
    } catch {}
    await sleep(50)
  }
}

const hasBegun = (output) => {
  try {
    const [run] = readdirSync(output)
    return gunzipSync(readFileSync(join(output, run, 'record.jsonl.gz')), {finishFlush: 2})
      .toString()
      .includes('"load-started"')
  } catch {
    return false
  }
}

const latenessIn = (output) => {
  const [run] = readdirSync(output)
  const lines = gunzipSync(readFileSync(join(output, run, 'record.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
  const loads = lines.map((line) => JSON.parse(line)).filter(({kind}) => kind === 'load')
  return median(loads.map(({health}) => health.latenessMs?.p99 ?? 0))
}

/** One run; only the seconds of load count, from two seconds after their begin. */
const measure = async (flags, round) => {
  const name = `${flags === '' ? 'view' : 'quiet'}-${round}`
  const output = join(folder, name)
  const pidFile = join(folder, `${name}.pid`)
  const cli = `stty cols 120 rows 40; echo $$ > ${pidFile}; exec ${process.execPath} bin/run.js run ${join(folder, 'view.yaml')} --output-dir ${output} --seed 1 ${flags}`
  const environment = {...process.env, TERM: 'xterm-256color', SHAKEDOWN_STATE: join(folder, 'state')}
  for (const one of ['CI', 'NO_COLOR']) delete environment[one]
  const child = spawn('script', ['-qefc', cli, join(folder, `${name}.screen`)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  })
  const ended = once(child, 'exit')
  const pid = await pidIn(pidFile)
  while (!hasBegun(output) && cpuOf(pid) !== undefined) await sleep(200)
  await sleep(2_000)
  const [from, fromMs] = [cpuOf(pid) ?? 0, performance.now()]
  await sleep((seconds - 5) * 1000)
  const [to, toMs] = [cpuOf(pid) ?? 0, performance.now()]
  const [code] = await ended
  const screen = readFileSync(join(folder, `${name}.screen`)).length
  // A busy machine makes the run inconclusive (3): what it costs is told all the same.
  if (code !== 0 && code !== 3) console.log(`${name}: exit ${code}`)
  return {share: ((to - from) * 1000) / (toMs - fromMs), lateness: latenessIn(output), screen}
}

try {
  const [withView, without] = [[], []]
  for (let round = 1; round <= Number(values.rounds); round++) {
    withView.push(await measure('', round))
    without.push(await measure('--quiet', round))
  }
  const share = (all) => median(all.map((one) => one.share)) * 100
  const late = (all) => median(all.map((one) => one.lateness)).toFixed(1)
  console.log(
    `main thread: ${share(withView).toFixed(1)} % of a core with the live view, ${share(without).toFixed(1)} % without: ` +
      `it costs ${(share(withView) - share(without)).toFixed(1)} % (limit 3)`,
  )
  console.log(`lateness, p99 of the middle second: ${late(withView)} ms with it, ${late(without)} ms without`)
  console.log(
    `written to the terminal: ${median(withView.map(({screen}) => screen))} bytes, ${median(without.map(({screen}) => screen))} without`,
  )
} finally {
  server.close()
  server.closeAllConnections()
  rmSync(folder, {recursive: true, force: true})
}
