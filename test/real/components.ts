import {type ChildProcess, execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {promisify} from 'node:util'
import {freePort} from '../soak/free-port.mjs'

/** A real component's program, or why it is not there. */
export type Tool = {binary: string} | {missing: string}

/** Runs the installer of that name; it skips what is there, and builds what is not where it can. */
export const findTool = async (name: string): Promise<Tool> => {
  const installer = new URL(`../../tools/${name}`, import.meta.url).pathname
  try {
    const {stdout} = await promisify(execFile)(installer, {timeout: 600_000})
    return {binary: stdout.trim()}
  } catch (cause) {
    return {missing: `tools/${name} could not install it: ${cause instanceof Error ? cause.message : cause}`}
  }
}

/** A component that runs. */
export interface Component {
  url: string
  stop(): Promise<void>
}

const stopper = (child: ChildProcess) => async (): Promise<void> => {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

const untilAnswers = async (url: string): Promise<void> => {
  for (let tries = 0; tries < 600; tries++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await sleep(100)
  }
  throw new Error(`${url} did not answer within 60 s`)
}

export const startToxiproxy = async (binary: string): Promise<Component> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = ['-host', '127.0.0.1', '-port', String(port), '-proxy-metrics']
  const child = spawn(binary, args, {stdio: 'ignore'})
  await untilAnswers(`${url}/version`)
  return {url, stop: stopper(child)}
}

/** A Prometheus that scrapes what an HTTP service discovery names, twice a second. */
export const startPrometheus = async (binary: string, discoveryUrl: string): Promise<Component> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-prometheus-'))
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: {scrape_interval: 500ms, scrape_timeout: 400ms}
scrape_configs:
  - job_name: shop
    http_sd_configs: [{url: '${discoveryUrl}', refresh_interval: 1s}]
`,
  )
  const url = `http://127.0.0.1:${port}`
  const flags = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const child = spawn(binary, flags, {stdio: 'ignore'})
  await untilAnswers(`${url}/-/ready`)
  return {url, stop: stopper(child)}
}
