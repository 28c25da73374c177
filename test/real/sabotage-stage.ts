import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {Verdict} from '../../src/verdict/verdict.js'
import {newUser, type Running, type User} from '../e2e/cli.js'
import {startRealPrometheus} from '../fakes/metrics-real-prometheus.js'
import {type Front, mendFront, startFront} from '../fakes/sabotage-front.js'
import {type SmallSystem, startSystem} from '../soak/system.mjs'

/*
 *   load ──▶ front ──▶ proxy a ──▶ shop-1      edge front->a: the front asks shop-1, and answers without it after 80 ms
 *                      proxy b ──▶ shop-2      edge front->b: nobody asks
 */

/** A scenario in parts, so that a sabotage can put another one in the place of each. */
export interface Parts {
  load: string
  phases: string
  fault: string
  objective: string
}

/** Everything that the runs share; mended between them. */
export interface Stage {
  user: User
  system: SmallSystem
  front: Front
  /** A real Prometheus that scrapes the front; none where it is not installed. */
  prometheus: {url: string; pid: number} | undefined
  close(): Promise<void>
}

/** How a run came out. */
export interface Came {
  outcome: string
  code: number | null
  /** Every check that failed and every objective, in words. */
  reasons: string[]
  /** Where there is one. */
  verdict?: Verdict
}

const honest: Parts = {
  load: '{profile: {constant: 60/s}, timeout: 2s, requests: [{name: front, get: /, endpoint: front}]}',
  phases: '{warm-up: 200ms, baseline: 1500ms, fault: 4s, recovery: 500ms}',
  fault: 'latency: {edge: front->a, delay: 300ms}',
  objective: `{name: answers, good: 'http_requests_total{job="front", code="200"}', total: 'http_requests_total{job="front"}', target: 90%, during: [fault]}`,
}

export const openStage = async (prometheusBinary: string | undefined): Promise<Stage> => {
  const user = newUser()
  const system = await startSystem('embedded', user.home)
  const listen = system.listen['a'] ?? ''
  const proxies = await system.api.proxies()
  // Toxiproxy's API tells where a proxy leads to.
  const {upstream} = proxies['a'] as unknown as {upstream: string}
  const front = await startFront({proxied: `http://${listen}/`, direct: `http://${upstream}/`})
  const page = {url: `${front.url}/honest`, labels: {job: 'front', instance: 'one'}}
  const prometheus =
    prometheusBinary === undefined ? undefined : await startRealPrometheus(prometheusBinary, [page], 250)
  return {
    user,
    system,
    front,
    prometheus,
    close: async () => {
      await prometheus?.stop()
      await front.close()
      await system.stop()
    },
  }
}

/** A target file as it is written. */
export interface TargetText {
  endpoints: Record<string, string>
  workloads: Record<string, string[]>
  control?: string
  metrics: unknown
}

const writeTarget = ({system, front}: Stage, change: (target: TargetText) => void): void => {
  const target: TargetText = JSON.parse(readFileSync(system.targetPath, 'utf8'))
  target.endpoints = {front: front.url}
  const page = {url: `${front.url}/metrics`, labels: {job: 'front', instance: 'one'}}
  target.metrics = {scrape: {every: '250ms', targets: [page]}}
  change(target)
  writeFileSync(join(system.targetPath, '../front.json'), JSON.stringify(target))
}

/** Writes scenario and target, and starts the run. */
export const begin = (
  stage: Stage,
  parts: Partial<Parts> = {},
  {change = () => {}, args = []}: {change?: (target: TargetText) => void; args?: string[]} = {},
): Running => {
  const {load, phases, fault, objective} = {...honest, ...parts}
  writeTarget(stage, change)
  const path = join(stage.user.home, 'sabotaged.yaml')
  const lines = [
    'name: sabotaged',
    'target: front.json',
    `load: ${load}`,
    `phases: ${phases}`,
    `faults: [{${fault}}]`,
    `objectives: [${objective}]`,
    '',
  ]
  writeFileSync(path, lines.join('\n'))
  return stage.user.start(['run', path, '--json', '--quiet', '--seed', '7', ...args])
}

const inWords = ({validity, objectives}: Verdict): string[] => [
  ...validity.filter(({ok}) => !ok).map(({name, message}) => `${name}: ${message}`),
  ...objectives.map(({name, outcome, message}) => `"${name}" ${outcome}: ${message}`),
]

/** Reads a verdict out of what `run --json` or `judge --json` printed. */
export const cameOut = ({code, stdout, stderr}: Awaited<Running['done']>): Came => {
  const printed = stdout.trim() === '' ? {} : JSON.parse(stdout)
  const verdict: Verdict | undefined = printed.runs?.[0]?.verdict ?? (printed.validity && printed)
  if (!verdict) return {outcome: 'error', code, reasons: [`${stdout}${stderr}`.trim()]}
  return {outcome: verdict.outcome, code, reasons: [verdict.summary, ...inWords(verdict)], verdict}
}

const call = async (url: string, method: string, body?: unknown): Promise<void> => {
  await fetch(url, {method, ...(body !== undefined && {body: JSON.stringify(body)})})
}

/** The control API of the proxies, as any other client would use it. */
export const strangerAt = ({system: {api}}: Stage) => ({
  ownToxics: async (proxy = 'a'): Promise<string[]> =>
    ((await api.proxies())[proxy]?.toxics ?? [])
      .map(({name}) => name)
      .filter((name) => name.includes('sabotaged')),
  add: (proxy: string, name: string, latency = 1) =>
    call(`${api.url}/proxies/${proxy}/toxics`, 'POST', {name, type: 'latency', attributes: {latency}}),
  change: (proxy: string, name: string, change: object) =>
    call(`${api.url}/proxies/${proxy}/toxics/${name}`, 'POST', change),
  remove: (proxy: string, name: string) => call(`${api.url}/proxies/${proxy}/toxics/${name}`, 'DELETE'),
  open: (proxy: string, enabled: boolean) => call(`${api.url}/proxies/${proxy}`, 'POST', {enabled}),
  isOpen: async (proxy: string): Promise<boolean> => (await api.proxies())[proxy]?.enabled === true,
  reset: () => call(`${api.url}/reset`, 'POST'),
})

/** Waits until it is true; a run that never gets there has its own limits. */
export const until = async (isSo: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> => {
  const deadline = performance.now() + limitMs
  while (!(await isSo()) && performance.now() < deadline) await sleep(25)
}

/** Takes back what a sabotage did, for the next run. */
export const mend = async (stage: Stage): Promise<void> => {
  mendFront(stage.front)
  const stranger = strangerAt(stage)
  for (const proxy of ['a', 'b']) {
    await stranger.open(proxy, true)
    for (const {name} of (await stage.system.api.proxies())[proxy]?.toxics ?? [])
      await stranger.remove(proxy, name)
  }
  await until(() => stage.system.control.replicas().every(({state}) => state === 'ready'))
}
