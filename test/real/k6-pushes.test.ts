import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, it} from 'vitest'
import type {LoadSecond} from '../../src/engines/engine.js'
import type {OperatorLoad} from '../../src/engines/k6-operator/operator-load.js'
import type {Plan} from '../../src/plan/plan.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {isBalanced, sumOf} from '../fakes/engine-run.js'
import {useEngineServer} from '../fakes/engine-server.js'
import {type RealPrometheus, startRealPrometheus} from '../fakes/metrics-real-prometheus.js'
import {findTool} from './components.js'
import {holdRunners} from './k6-pushes-rig.js'
import {scriptFile, scriptPlan, withEachK6} from './k6-rig.js'

const flags = ['--web.enable-remote-write-receiver', '--enable-feature=native-histograms']

withEachK6((k6) => {
  const server = useEngineServer()
  let prometheus: RealPrometheus
  beforeAll(async () => {
    const tool = await findTool('prometheus-3.5')
    if ('missing' in tool) throw new Error(tool.missing)
    prometheus = await startRealPrometheus(tool.binary, [], 60_000, flags)
  })
  afterAll(() => prometheus?.stop())

  const runLoad = async (
    plan: Plan,
    during: (load: OperatorLoad, startAtMs: number) => Promise<void> = async () => {},
  ) => {
    const seconds: LoadSecond[] = []
    const options = {
      signal: new AbortController().signal,
      onSecond: (second: LoadSecond) => void seconds.push(second),
    }
    const {load, end} = await holdRunners(k6, plan, prometheus.url, options)
    try {
      const startAtMs = Date.now() + 100
      const [totals] = await Promise.all([load.run(startAtMs), during(load, startAtMs)])
      return {totals, seconds}
    } finally {
      await end()
    }
  }

  it('adds up what two runners push, second by second', async () => {
    const plan = planOf({
      endpoints: {edge: server().url},
      requests: [{name: 'count', path: '/ok?n={{sequence}}'}],
      rates: constantRate(20, 4000),
      timeoutMs: 2000,
    })
    const before = server().seen.length
    const {totals, seconds} = await runLoad(plan)
    expect(server().seen.length - before).toBe(80)
    expect(totals).toMatchObject({due: 80, sent: 80, answered: 80, failed: 0, skipped: 0})
    expect(seconds.map(({requests}) => requests['count']?.due)).toEqual([20, 20, 20, 20])
    expect(sumOf(seconds, 'count').answered).toEqual({200: 80})
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
  })

  it('tells failures, latency and what never ended as k6 here does', async () => {
    const plan = planOf({
      endpoints: {edge: server().url, closed: server().closedUrl},
      requests: [
        {name: 'slow', path: '/slow'},
        {name: 'broken', path: '/error', expect: [200]},
        {name: 'hang', path: '/hang'},
        {name: 'reset', path: '/reset', method: 'POST'},
        {name: 'cut', path: '/cut', method: 'POST'},
        {name: 'refused', path: '/', endpoint: 'closed'},
      ],
      rates: constantRate(30, 3000),
      timeoutMs: 1500,
    })
    const {totals, seconds} = await runLoad(plan)
    const all = (name: string) => sumOf(seconds, name)
    expect(Object.keys(all('slow').answered)).toEqual(['200'])
    expect(all('slow').latencyUs.getValueAtPercentile(50)).toBeGreaterThan(680_000)
    expect(all('slow').latencyUs.getValueAtPercentile(50)).toBeLessThan(1_200_000)
    expect(Object.keys(all('broken').answered)).toEqual(['500'])
    expect(all('broken').unexpected).toBe(all('broken').answered['500'])
    for (const [name, kind] of [
      ['hang', 'timeout'],
      ['reset', 'reset'],
      ['cut', 'closed'],
      ['refused', 'refused'],
    ] as const)
      expect(all(name).failed, name).toEqual({[kind]: all(name).sent})
    expect(totals.sent).toBe(totals.answered + totals.failed)
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
  })

  it('counts what a script sends, its latency by native histograms, and judges its thresholds', async () => {
    const script = scriptFile(`import http from 'k6/http'
import exec from 'k6/execution'
import {Rate} from 'k6/metrics'
const odd = new Rate('odd')
export const options = {thresholds: {odd: ['rate<0.6'], http_reqs: ['count>39'], http_req_duration: ['p(95)<5000']}}
export default () => {
  odd.add(exec.scenario.iterationInTest % 2 === 1)
  http.get(__ENV.BASE + '/slow', {tags: {name: 'slow'}})
}`)
    const env = {BASE: server().url}
    const {totals, seconds} = await runLoad(scriptPlan(script, {perSecond: 20, durationMs: 2000, env}))
    expect(totals).toMatchObject({due: 40, sent: 40, answered: 40, failed: 0})
    const {answered, latencyUs} = sumOf(
      seconds.filter(({requests}) => requests['slow']),
      'slow',
    )
    expect(answered).toEqual({200: 40})
    expect(latencyUs.totalCount).toBe(40)
    expect(latencyUs.getValueAtPercentile(50)).toBeGreaterThan(650_000)
    expect(totals.thresholds).toMatchObject([
      {metric: 'odd', held: true, counts: {hits: 20, total: 40}},
      {metric: 'http_reqs', held: true, value: 40},
      {metric: 'http_req_duration', held: true},
    ])
  })

  it('stops in the middle, and counts what was in flight', async () => {
    const plan = planOf({
      endpoints: {edge: server().url},
      requests: [{name: 'hang', path: '/hang'}],
      rates: constantRate(10, 60_000),
      timeoutMs: 10_000,
    })
    const {totals} = await runLoad(plan, async (load, startAtMs) => {
      await sleep(startAtMs + 2_500 - Date.now())
      load.stop(1_000)
    })
    expect(totals.sent).toBeGreaterThan(10)
    expect(totals).toMatchObject({answered: 0, failed: totals.sent})
  })
})
