// Three searches of the real command against a server with a known limit in a process of its own. Needs `npm run build`.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const servers = [
  {slots: 4, service: 10},
  {slots: 1, service: 5},
  {slots: 8, service: 20},
]

const scenario = `name: slots
target: ./target.yaml
load:
  profile: {constant: 100/s}
  timeout: 3s
  requests: [{name: work, get: /work}]
phases: {baseline: 5s, fault: 5s, recovery: 5s}
objectives:
  - {name: quick, latency: shakedown_load_request_duration_seconds, below: 200ms, target: 99%}
`

const searchServer = async ({slots, service}) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-capacity-live-'))
  const server = spawn(process.execPath, [here('slot-server.mjs'), '--slots', slots, '--service', service], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const [port] = await once(createInterface({input: server.stdout}), 'line')
    const url = `http://127.0.0.1:${port}`
    await writeFile(join(folder, 's.yaml'), scenario)
    await writeFile(
      join(folder, 'target.yaml'),
      `name: slots\nendpoints: {web: ${url}}\nmetrics: {scrape: {targets: [{url: ${url}/metrics, labels: {job: slots}}]}}\n`,
    )
    const args = [here('../../bin/run.js'), 'capacity', 's.yaml', '--json', '--quiet', '--no-overload']
    const env = {...process.env, SHAKEDOWN_STATE: join(folder, 'state')}
    const search = spawn(process.execPath, args, {cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit']})
    let text = ''
    search.stdout.on('data', (part) => {
      text += part
    })
    await once(search, 'close')
    return JSON.parse(text)
  } finally {
    server.stdin.end()
    await rm(folder, {recursive: true, force: true})
  }
}

/** Whether all three intervals hold the truth. */
export const liveSearches = async () => {
  let met = true
  for (const server of servers) {
    const truth = (server.slots / server.service) * 1000
    const {whole, outcome} = await searchServer(server)
    const {lower = 0, upper = 0, loadSeconds, ended} = whole
    // Evenly spaced requests and fixed service times: beyond slots / service the line grows for ever.
    const ok = lower <= truth && truth <= upper * 1.001
    met &&= ok
    console.log(
      `${ok ? 'ok ' : 'NOT'} ${server.slots} slots of ${server.service} ms, truth ${truth}/s: ${lower.toFixed(0)}/s to ${upper.toFixed(0)}/s, ` +
        `${loadSeconds.toFixed(0)} s of load, ${ended}, ${outcome}`,
    )
  }
  return met
}
