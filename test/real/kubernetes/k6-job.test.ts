import {readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {beforeAll, expect, it} from 'vitest'
import k6 from '../../../src/engines/k6.js'
import type {Plan} from '../../../src/plan/plan.js'
import type {ConnectionSpec, LoadCluster} from '../../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'
import {isBalanced, runLoad, sumOf} from '../../fakes/engine-run.js'
import {scriptFile, scriptPlan} from '../k6-rig.js'
import {bringCounter, countedSince, counterUrl} from './load-counter.js'
import {clusterSuite} from './stage.js'
import {bringTlsShop} from './tls-shop.js'

const defaults: LoadCluster = {
  runners: 2,
  image: 'localhost/k6:1',
  pullPolicy: 'Never',
  cpu: '50m',
  memory: '256Mi',
  args: [],
  readyWithinMs: 60_000,
  separate: false,
  nodeSelector: {},
}

const needs = {
  images: ['k6', 'node'],
  creates: 'pods, Jobs and ConfigMaps',
  rights: ['load'] as const,
}

clusterSuite('k6 in a Job', needs, (stage) => {
  beforeAll(() => bringCounter(stage()))

  const inCluster = (plan: Plan, more: Partial<LoadCluster> = {}): Plan => {
    const {kubeconfig, context, namespace} = stage()
    const load = {
      ...plan.scenario.load,
      engine: 'k6',
      on: 'kubernetes' as const,
      cluster: {...defaults, ...more},
    }
    return {
      ...plan,
      scenario: {...plan.scenario, load},
      target: {...plan.target, kubernetes: {kubeconfig, context, namespace}},
    }
  }
  const plan = (path = '/ok?n={{sequence}}', perSecond = 101, durationMs = 4_000): Plan =>
    planOf({
      endpoints: {counter: counterUrl(stage())},
      requests: [{name: 'count', path}],
      rates: constantRate(perSecond, durationMs),
      timeoutMs: 2_000,
    })

  const gone = async (): Promise<void> => {
    await expect.poll(leftovers, {timeout: 60_000}).toBe('')
  }
  const leftovers = async (): Promise<string> =>
    await stage().kubectl([
      'get',
      'jobs,configmaps,secrets,pods',
      '-l',
      'app.kubernetes.io/managed-by=shakedown',
      '-o',
      'name',
    ])

  it('sends each arrival of the plan once, from two pods that begin together', async () => {
    const before = (await countedSince(stage())).length
    const {totals, seconds} = await runLoad(k6, inCluster(plan()))
    const seen = await countedSince(stage(), before)
    const numbers = seen.map(({url}) => Number(url.split('=')[1])).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({length: 404}, (_, index) => index + 1))
    expect(totals).toMatchObject({due: 404, sent: 404, answered: 404, failed: 0, skipped: 0})
    expect(sumOf(seconds, 'count')).toMatchObject({due: 404, sent: 404, answered: {200: 404}})
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
    expect(seconds.reduce((sum, {health}) => sum + (health.cpu ?? 0), 0)).toBeGreaterThan(0)
    const pods = [...new Set(seen.map(({from}) => from))]
    expect(pods).toHaveLength(2)
    const begun = pods.map((pod) => Math.min(...seen.filter(({from}) => from === pod).map(({atMs}) => atMs)))
    process.stderr.write(
      `   pods began ${Math.round(Math.max(...begun) - Math.min(...begun))} ms apart, of which 10 ms are the plan's\n`,
    )
    // On a quiet machine they are not late at all; what must be there is that somebody looked.
    expect(seconds.filter(({health}) => health.latenessMs !== undefined).length).toBeGreaterThan(1)
    await gone()
  })

  it.concurrent('sends arrivals at random times, each once, too', async () => {
    const before = (await countedSince(stage())).length
    const made = plan('/random?n={{sequence}}', 40, 2_000)
    const streams = made.scenario.load.streams.map((stream) => ({...stream, poisson: true as const}))
    const {totals} = await runLoad(
      k6,
      inCluster({...made, scenario: {...made.scenario, load: {...made.scenario.load, streams}}}),
    )
    const seen = (await countedSince(stage(), before)).filter(({url}) => url.startsWith('/random'))
    expect(new Set(seen.map(({url}) => url)).size).toBe(seen.length)
    expect(totals.due).toBe(totals.sent + totals.skipped)
    expect(totals.answered).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(40)
  })

  it.concurrent('runs the setup of a script once for all pods, and judges its thresholds over all of them', async () => {
    const script = scriptFile(`import http from 'k6/http'
import exec from 'k6/execution'
import {Rate} from 'k6/metrics'
const odd = new Rate('odd')
export const options = {thresholds: {odd: ['rate<0.6'], http_req_duration: ['p(95)<5000'], http_reqs: ['count>39']}}
export const setup = () => ({token: http.get(__ENV.BASE + '/setup').status})
export default ({token}) => {
  odd.add(exec.scenario.iterationInTest % 2 === 1)
  http.get(__ENV.BASE + '/ok?t=' + token)
}
export const teardown = () => http.get(__ENV.BASE + '/teardown')`)
    const before = (await countedSince(stage())).length
    const env = {BASE: counterUrl(stage())}
    const {totals} = await runLoad(k6, inCluster(scriptPlan(script, {perSecond: 20, durationMs: 2_000, env})))
    const seen = (await countedSince(stage(), before)).map(({url}) => url)
    expect(seen.filter((url) => url === '/setup')).toHaveLength(1)
    expect(seen.filter((url) => url === '/teardown')).toHaveLength(1)
    expect(seen.filter((url) => url === '/ok?t=200')).toHaveLength(40)
    expect(totals).toMatchObject({due: 40, sent: 40, answered: 40})
    // Each pod alone has nothing but even, or nothing but odd numbers.
    expect(totals.thresholds).toMatchObject([
      {metric: 'odd', held: true, value: 0.5, counts: {hits: 20, total: 40}},
      {metric: 'http_req_duration', held: true},
      {metric: 'http_reqs', held: true, value: 42},
    ])
  })

  it.concurrent('shows the certificate of the scenario, whose key is in a Secret that goes with the Job', async () => {
    const shop = await bringTlsShop(stage())
    const {ca, clientCert, clientKey} = shop.certificates
    const tls = {
      caPem: readFileSync(ca, 'utf8'),
      certPem: readFileSync(clientCert, 'utf8'),
      keyPath: clientKey,
    }
    const to = (connection: ConnectionSpec): Plan => {
      const plain = planOf({
        endpoints: {shop: shop.url},
        requests: [{name: 'tea'}],
        rates: constantRate(20, 2_000),
        timeoutMs: 2_000,
      })
      return inCluster({
        ...plain,
        scenario: {...plain.scenario, load: {...plain.scenario.load, connection}},
      })
    }
    const {seconds} = await runLoad(k6, to({tls}))
    expect(sumOf(seconds, 'tea').answered).toEqual({200: 40})
    expect(await shop.seen()).toEqual(Array.from({length: 40}, () => 'client'))
    const nobody = await runLoad(k6, to({tls: {insecure: true}}))
    expect(sumOf(nobody.seconds, 'tea')).toMatchObject({sent: 40, answered: {}})
    expect(await shop.seen()).toEqual([])
  })

  it.concurrent('stops in the middle within its grace, and counts what was in flight', async () => {
    let [stopMs, beganMs] = [0, 0]
    const {totals} = await runLoad(
      k6,
      inCluster(plan('/ok?slow=600', 20, 60_000)),
      async (load, startAtMs) => {
        beganMs = startAtMs
        await sleep(startAtMs + 3_000 - Date.now())
        const askedMs = Date.now()
        await load.stop(1_000)
        stopMs = Date.now() - askedMs
      },
    )
    // Its plan lasts a minute from its beginning.
    expect(stopMs).toBeLessThan(30_000)
    expect(Date.now() - beganMs).toBeLessThan(50_000)
    expect(totals.sent).toBeGreaterThan(40)
    expect(totals.sent).toBe(totals.answered + totals.failed)
    expect(totals.failed).toBeGreaterThan(0)
  })

  it.concurrent.each([
    ['an image that is not there', {image: 'localhost/none:1'}, /cannot start: ErrImageNeverPull/],
    ['no room on any node', {cpu: '900', readyWithinMs: 4_000}, /not ready after 4 s(.|\n)*Unschedulable/],
    ['an image without k6', {image: 'localhost/busybox:1'}, /k6 cannot be started in the pod.*k6: not found/],
    ['an argument that k6 does not know', {args: ['--no-such-flag']}, /unknown flag: --no-such-flag/],
  ] satisfies [string, Partial<LoadCluster>, RegExp][])(
    'ends with one clear error: %s',
    async (_what, more, error) => {
      await expect(runLoad(k6, inCluster(plan(), more))).rejects.toThrow(error)
    },
  )

  it.concurrent('ends with a clear error when a script does not parse', async () => {
    const broken = inCluster(scriptPlan(scriptFile('export default () => {')))
    await expect(runLoad(k6, broken)).rejects.toThrow(/k6 cannot run the script .*Unexpected/)
  })

  it.concurrent('breaks when one of its pods is deleted', async () => {
    const deleted = runLoad(
      k6,
      inCluster(plan('/ok', 20, 30_000), {memory: '301Mi'}),
      async (_load, startAtMs) => {
        await sleep(startAtMs + 2_000 - Date.now())
        const path = '{.items[?(@.spec.containers[0].resources.limits.memory=="301Mi")].metadata.name}'
        const names = await stage().kubectl(['get', 'pods', '-o', `jsonpath=${path}`])
        const last = `pod/${names.split(' ').at(-1)}`
        await stage().kubectl(['delete', last, '--grace-period=1', '--wait=false'])
      },
    )
    await expect(deleted).rejects.toThrow(/The pod shakedown-load-.* of the load .*deleted/)
  })

  it.concurrent('breaks when one of its pods runs out of memory', async () => {
    const script = scriptFile(`import exec from 'k6/execution'
const kept = []
export default () => {
  if (exec.scenario.iterationInTest % 2 === 1) kept.push(new Array(4e6).fill(exec.scenario.iterationInTest))
}`)
    const hungry = inCluster(scriptPlan(script, {perSecond: 20, durationMs: 20_000}), {memory: '200Mi'})
    await expect(runLoad(k6, hungry)).rejects.toThrow(
      /The pod shakedown-load-.* ran out of memory \(OOMKilled\)/,
    )
  })
})
