import {type ChildProcess, spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Cluster, KubernetesObject} from '../../src/clients/kubernetes/cluster.js'
import {openPrometheus} from '../../src/clients/prometheus.js'
import type {EngineOptions} from '../../src/engines/engine.js'
import type {K6Port} from '../../src/engines/k6/cluster/k6-port.js'
import {untilPushed} from '../../src/engines/k6-operator/merging-prometheus.js'
import {OperatorLoad} from '../../src/engines/k6-operator/operator-load.js'
import {operatorObjectsOf} from '../../src/engines/k6-operator/operator-objects.js'
import {PushReader} from '../../src/engines/k6-operator/pushes.js'
import {segmentOf} from '../../src/engines/k6-operator/segments.js'
import type {Plan} from '../../src/plan/plan.js'
import {loadClusterDefaults} from '../../src/scenarios/load-cluster-defaults.js'
import {freePort} from '../soak/free-port.mjs'

/*
 * Runners of a TestRun as processes of this machine, with the very files and arguments that its pods would get.
 */

interface Runner {
  child: ChildProcess
  said: string[]
  url: string
  code?: number
}

const portOf = (url: string): K6Port => {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const sent = body === undefined ? {} : {body: JSON.stringify(body)}
    const answer = await fetch(`${url}${path}`, {method, ...sent, signal: AbortSignal.timeout(10_000)})
    return answer.status === 204 ? undefined : await answer.json()
  }
  const attributesOf = async (path: string) => {
    // k6's own answers.
    const {data} = (await ask('GET', path)) as {data: {attributes: {status?: number; data?: string}}}
    return data.attributes
  }
  return {
    status: async () => (await attributesOf('/v1/status')).status,
    change: async (attributes) => {
      await ask('PATCH', '/v1/status', {data: {type: 'status', id: 'default', attributes}})
    },
    runSetUp: async () => null,
    setUpData: async () => (await attributesOf('/v1/setup')).data ?? null,
    putSetUpData: async (data) => {
      await ask('PUT', '/v1/setup', data)
    },
  }
}

/** The API server's words on these processes. */
const clusterOf = (name: string, runners: readonly Runner[]): Cluster => {
  const podOf = ({code}: Runner, index: number): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${index + 1}-x`,
      uid: String(index),
      labels: {runner: 'true', 'job-name': `${name}-${index + 1}`},
    },
    status: {
      phase: code === undefined ? 'Running' : code === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [{name: 'k6', state: code === undefined ? {} : {terminated: {exitCode: code}}}],
    },
  })
  // No more is asked for.
  return {
    objects: {list: async () => runners.map(podOf)},
    logs: async (pod: string) => runners[Number(/-(\d+)-x$/.exec(pod)?.[1]) - 1]?.said.join('') ?? '',
  } as unknown as Cluster
}

const start = async (
  {
    k6,
    plan,
    name,
    remoteWrite,
    count,
  }: {k6: string; plan: Plan; name: string; remoteWrite: string; count: number},
  index: number,
) => {
  const cluster = {...loadClusterDefaults, runners: count}
  const made = operatorObjectsOf(plan, {name, runId: '', cluster, remoteWrite})
  // Written by ourselves, in this shape.
  const spec = made.testRun['spec'] as {
    arguments: string
    script: {configMap: {file: string}}
    runner: {env: {name: string; value: string}[]}
  }
  const address = `127.0.0.1:${await freePort()}`
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-runner-'))
  for (const [file, text] of Object.entries(made.files['data'] as Record<string, string>))
    writeFileSync(join(folder, file), text.replaceAll('127.0.0.1:6565', address))
  const {segment, sequence} = segmentOf(index, count)
  const own = [`--address=${address}`, '--tag', `instance_id=${index + 1}`, '--quiet', '--paused']
  const share = [`--execution-segment=${segment}`, `--execution-segment-sequence=${sequence}`]
  const args = [
    'run',
    ...own,
    ...share,
    ...spec.arguments.split(' '),
    join(folder, spec.script.configMap.file),
  ]
  const env = Object.fromEntries(spec.runner.env.map((one) => [one.name, one.value]))
  const child = spawn(k6, args, {env: {PATH: process.env['PATH'], ...env}, stdio: ['ignore', 'pipe', 'pipe']})
  const runner: Runner = {child, said: [], url: `http://${address}`}
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => runner.said.push(String(chunk)))
  void once(child, 'close').then(([code]) => {
    runner.code = code ?? 137
  })
  return {runner, seconds: made.seconds}
}

const untilStatus = async (runner: Runner, wanted: number): Promise<void> => {
  const endMs = Date.now() + 30_000
  for (;;) {
    const status = await portOf(runner.url)
      .status(new AbortController().signal)
      .catch(() => undefined)
    if (status === wanted) return
    if (Date.now() > endMs || runner.code !== undefined)
      throw new Error(`k6 is at ${status}, ${runner.code}: ${runner.said.join('')}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Runners that hold, and the load that they are; `end` kills what is left of them. */
export const holdRunners = async (
  k6: string,
  plan: Plan,
  prometheus: string,
  options: EngineOptions,
  count = 2,
): Promise<{load: OperatorLoad; runners: readonly ChildProcess[]; end: () => Promise<void>}> => {
  const remoteWrite = `${prometheus}/api/v1/write`
  const name = `load-${randomBytes(3).toString('hex')}`
  const started = await Promise.all(
    Array.from({length: count}, (_, index) => start({k6, plan, name, remoteWrite, count}, index)),
  )
  const runners = started.map(({runner}) => runner)
  const end = async (): Promise<void> => {
    for (const {child} of runners) child.kill('SIGKILL')
    await client.close()
  }
  const client = openPrometheus({url: prometheus})
  try {
    // As the operator's starter does.
    for (const runner of runners) {
      await untilStatus(runner, 4)
      await portOf(runner.url).change({paused: false}, options.signal)
      await untilStatus(runner, 6)
    }
    const complaint = async () => runners.map(({said}) => said.join('')).join('')
    await untilPushed(client, {name, runners: count, limitMs: 15_000, remoteWrite}, complaint, options.signal)
    const load = new OperatorLoad({
      plan,
      cluster: clusterOf(name, runners),
      name,
      runners: runners.map(({url}, index) => ({pod: `${name}-${index + 1}-x`, index, port: portOf(url)})),
      setUp: null,
      seconds: started[0]?.seconds ?? 0,
      pushes: new PushReader(client, name, plan.scenario.load.script !== undefined),
      prometheus,
      options,
    })
    return {load, runners: runners.map(({child}) => child), end}
  } catch (cause) {
    await end()
    throw cause
  }
}
