import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ScrapeTarget} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import {freePort} from '../soak/free-port.mjs'

/** A real Prometheus server, as a child process over a temporary folder. */
export interface RealPrometheus {
  url: string
  /** Of its process. */
  pid: number
  stop(): Promise<void>
}

/** The version that a binary reports, or `undefined` when it does not run. */
export const prometheusVersion = (binary: string): string | undefined => {
  const {stdout, stderr} = spawnSync(binary, ['--version'], {encoding: 'utf8'})
  return /version (\d+\.\d+)/.exec(`${stdout}${stderr}`)?.[1]
}

/** YAML is a superset of JSON. */
const configOf = (targets: ScrapeTarget[], intervalMs: number, extra: object): string =>
  JSON.stringify({
    ...extra,
    global: {scrape_interval: `${intervalMs}ms`, scrape_timeout: `${intervalMs - 50}ms`},
    scrape_configs: targets.map(({url, labels: {job, ...labels}}) => ({
      job_name: job,
      metrics_path: new URL(url).pathname,
      static_configs: [{targets: [new URL(url).host], labels}],
    })),
  })

const isReady = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/-/ready`).catch(() => undefined)
  return response?.status === 200
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

export const startRealPrometheus = async (
  binary: string,
  targets: ScrapeTarget[],
  intervalMs: number,
  extraArguments: string[] = [],
  extraConfig: object = {},
): Promise<RealPrometheus> => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-prometheus-'))
  const config = join(folder, 'prometheus.yaml')
  await writeFile(config, configOf(targets, intervalMs, extraConfig))
  const address = `127.0.0.1:${await freePort()}`
  const log: string[] = []
  const child = spawn(
    binary,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
      ...extraArguments,
    ],
    {stdio: ['ignore', 'pipe', 'pipe']},
  )
  child.stdout.on('data', (chunk) => log.push(String(chunk)))
  child.stderr.on('data', (chunk) => log.push(String(chunk)))
  const stop = async (): Promise<void> => {
    await end(child)
    await rm(folder, {recursive: true, force: true})
  }
  const limitMs = systemClock.now() + 40_000
  while (!(await isReady(`http://${address}`))) {
    if (child.exitCode !== null || systemClock.now() > limitMs) {
      await stop()
      throw new Error(`Prometheus did not start:\n${log.join('')}`)
    }
    await systemClock.sleep(100)
  }
  return {url: `http://${address}`, pid: child.pid ?? 0, stop}
}
