import {readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterAll, beforeAll, expect, it} from 'vitest'
import k6Operator from '../../../src/engines/k6-operator.js'
import type {Plan} from '../../../src/plan/plan.js'
import {loadClusterDefaults} from '../../../src/scenarios/load-cluster-defaults.js'
import type {LoadCluster} from '../../../src/scenarios/scenario.js'
import {reachTarget} from '../../../src/targets/kubernetes/reach.js'
import {journals, newUser, type User} from '../../e2e/cli.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'
import {isBalanced, runLoad, sumOf} from '../../fakes/engine-run.js'
import {scriptFile, scriptPlan} from '../k6-rig.js'
import {bringCounter, countedSince, counterUrl} from './load-counter.js'
import {installTestRuns, playOperator, removeTestRuns} from './played-operator.js'
import {bringPrometheus} from './push-prometheus.js'
import {clusterSuite} from './stage.js'

const pods: LoadCluster = {
  ...loadClusterDefaults,
  image: 'localhost/k6:1',
  pullPolicy: 'Never',
  cpu: '20m',
  memory: '256Mi',
  readyWithinMs: 60_000,
}
const needs = {
  images: ['k6', 'node', 'prometheus'],
  creates: 'pods, Jobs, ConfigMaps and, with their kind, TestRuns',
  rights: ['load'] as const,
}

clusterSuite('load by the k6-operator', needs, (stage) => {
  let operator: {end(): Promise<void>} | undefined
  let takesUp = true
  let url = ''
  let closeWay = async (): Promise<void> => {}
  beforeAll(async () => {
    await Promise.all([bringCounter(stage()), bringPrometheus(stage())])
    const {kubeconfig, context, namespace} = stage()
    const reach = [{address: 'prometheus', service: 'prometheus', port: 9090, by: 'port-forward' as const}]
    const plan = planOf({endpoints: {}, requests: []})
    const target = {...plan.target, kubernetes: {kubeconfig, context, namespace, reach}}
    const reached = await reachTarget(target, new AbortController().signal)
    closeWay = reached.close
    if (reached.target.metrics.kind === 'prometheus') url = reached.target.metrics.url
  })
  afterAll(async () => {
    await operator?.end()
    await closeWay()
    await removeTestRuns(stage())
  })

  const inCluster = (plan: Plan, more: Partial<LoadCluster> = {}): Plan => {
    const {kubeconfig, context, namespace} = stage()
    const remoteWrite = `http://prometheus.${namespace}.svc:9090/api/v1/write`
    const cluster = {...pods, remoteWrite, ...more}
    const load = {...plan.scenario.load, engine: 'k6-operator', cluster}
    const metrics = {kind: 'prometheus' as const, url}
    const target = {...plan.target, metrics, kubernetes: {kubeconfig, context, namespace}}
    return {...plan, scenario: {...plan.scenario, load}, target}
  }
  const requests = (path: string): Plan =>
    planOf({
      endpoints: {counter: counterUrl(stage())},
      requests: [{name: 'count', path}],
      rates: constantRate(25, 4_000),
      timeoutMs: 1_000,
    })
  const left = async (): Promise<string> =>
    await stage().kubectl(['get', 'testruns,jobs,configmaps,pods', '-l', 'shakedown/load', '-o', 'name'])

  it('says that there is no operator, and what needs none', async () => {
    const refused = runLoad(k6Operator, inCluster(requests('/none')))
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/There is no k6-operator in this cluster/),
      hint: expect.stringMatching(/`engine: k6` with `on: kubernetes`/),
    })
    await installTestRuns(stage())
    operator = playOperator(stage(), () => takesUp)
  })

  it('says that an operator does not take up its TestRun', async () => {
    takesUp = false
    const silent = runLoad(k6Operator, inCluster(requests('/silent'), {readyWithinMs: 3_000}))
    await expect(silent).rejects.toThrow(/has not taken up the TestRun shakedown-load-.* within 3 s/)
    expect(await left()).toBe('')
    takesUp = true
  })

  it('counts over two runners what the service counted, second by second', async () => {
    const {totals, seconds} = await runLoad(k6Operator, inCluster(requests('/two?n={{sequence}}')))
    const seen = (await countedSince(stage())).filter((one) => one.url.startsWith('/two'))
    const numbers = seen.map((one) => Number(one.url.split('=')[1])).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({length: 100}, (_, index) => index + 1))
    expect(new Set(seen.map(({from}) => from)).size).toBe(2)
    expect(totals).toMatchObject({due: 100, sent: 100, answered: 100, failed: 0, skipped: 0})
    expect(seconds.map((second) => second.requests['count']?.due)).toEqual([25, 25, 25, 25])
    expect(sumOf(seconds, 'count').answered).toEqual({200: 100})
    expect(seconds.flatMap((second) => Object.values(second.requests)).every(isBalanced)).toBe(true)
    expect(seconds.every(({health}) => health.latenessMs !== undefined && health.cpu === undefined)).toBe(
      true,
    )
    await expect.poll(left, {timeout: 20_000}).toBe('')
  })

  it.concurrent.each([
    ['an image that is not there', {image: 'localhost/none:1'}, /cannot start: ErrImageNeverPull/],
    [
      'no node to run on',
      {nodeSelector: {pool: 'none'}, readyWithinMs: 6_000},
      /not ready after 6 s: the k6-operator is at "initialization"(.|\n)*Unschedulable/,
    ],
    ['an argument that k6 does not know', {args: ['--no-such-flag']}, /unknown flag: --no-such-flag/],
    [
      'a Prometheus that is not there',
      {remoteWrite: 'http://127.0.0.1:9/api/v1/write'},
      /heard of 0 of 2 runners, which push to http:\/\/127.0.0.1:9(.|\n)*time series/,
    ],
  ] satisfies [string, Partial<LoadCluster>, RegExp][])(
    'ends with one clear error: %s',
    async (_what, more, error) => {
      await expect(runLoad(k6Operator, inCluster(requests('/wrong'), more))).rejects.toThrow(error)
    },
  )

  it.concurrent.each([
    ['does not parse', 'export default () => {', /Unexpected/],
    [
      'throws in its setup',
      `export const setup = () => { throw new Error('no token') }\nexport default () => {}`,
      /no token/,
    ],
    [
      'aborts',
      `import exec from 'k6/execution'\nexport default () => exec.test.abort('enough')`,
      /test\.abort\(\).*enough/,
    ],
    [
      'needs too much memory',
      `const kept = []\nexport default () => { kept.push(new Array(4e6).fill(Math.random())) }`,
      /ran out of memory \(OOMKilled\)/,
    ],
  ])('ends with one clear error when a script %s', async (_what, text, error) => {
    const plan = scriptPlan(scriptFile(text), {perSecond: 20, durationMs: 15_000})
    await expect(runLoad(k6Operator, inCluster(plan, {memory: '200Mi'}))).rejects.toThrow(error)
  })

  const write = (user: User, faultFor: string): string => {
    const {kubeconfig, context, namespace} = stage()
    const target = {
      name: 'namespace',
      endpoints: {counter: counterUrl(stage())},
      kubernetes: {kubeconfig, context, namespace},
      metrics: {prometheus: {service: 'prometheus', port: 9090, by: 'port-forward'}},
    }
    writeFileSync(join(user.home, 'target.yaml'), JSON.stringify(target))
    const kubernetes = {image: 'localhost/k6:1', 'image-pull-policy': 'Never', cpu: '20m', memory: '256Mi'}
    const scenario = {
      name: 'by-operator',
      summary: 'Load from the runners of the k6-operator.',
      target: 'target.yaml',
      load: {
        engine: 'k6-operator',
        kubernetes,
        timeout: '1s',
        profile: {constant: '20/s'},
        requests: [{name: 'browse', get: '/run'}],
      },
      phases: {'warm-up': '0s', baseline: '1s', fault: faultFor, recovery: '1s'},
      faults: [],
      objectives: [
        {
          name: 'answered',
          good: 'prometheus_http_requests_total{code=~"2.."}',
          total: 'prometheus_http_requests_total',
          target: '99%',
          during: ['baseline', 'recovery'],
        },
      ],
    }
    const path = join(user.home, 'by-operator.yaml')
    writeFileSync(path, JSON.stringify(scenario))
    return path
  }

  it('is judged by what the runners saw, and leaves nothing', async () => {
    const user = newUser()
    const asked = ['run', write(user, '2s'), '--context', stage().context, '--quiet', '--json']
    const {code, stdout, stderr} = await user.run(asked)
    expect([code, stderr]).toEqual([expect.toBeOneOf([0, 3]), expect.any(String)])
    const [run] = JSON.parse(stdout).runs
    const lines = gunzipSync(readFileSync(resolve(user.home, run.record)))
      .toString()
      .trim()
      .split('\n')
    expect(JSON.parse(lines.at(-1) ?? '').totals).toMatchObject({due: 80, sent: 80, answered: 80, failed: 0})
    await expect.poll(left, {timeout: 20_000}).toBe('')
  })

  it('kill -9 of the CLI: the watchdog removes the TestRun, and with it the runners', async () => {
    const user = newUser()
    const asked = ['run', write(user, '120s'), '--context', stage().context, '--quiet']
    const sent = async (): Promise<number> =>
      (await countedSince(stage())).filter((one) => one.url === '/run').length
    const before = await sent()
    const {child, done} = user.start(asked)
    await expect.poll(sent, {timeout: 60_000, interval: 500}).toBeGreaterThan(before + 10)
    child.kill('SIGKILL')
    await done
    await expect.poll(left, {timeout: 40_000, interval: 500}).toBe('')
    await expect.poll(() => journals(user), {timeout: 20_000}).toEqual([])
  })
})
