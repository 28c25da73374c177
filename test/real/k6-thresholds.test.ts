import {expect, it} from 'vitest'
import k6 from '../../src/engines/k6.js'
import {runLoad} from '../fakes/engine-run.js'
import {useEngineServer} from '../fakes/engine-server.js'
import {scriptFile, scriptPlan, withEachK6} from './k6-rig.js'

const checkout = `
import http from 'k6/http'
import {Counter, Rate} from 'k6/metrics'
const lost = new Counter('lost')
const odd = new Rate('odd')
export const options = {
  tags: {team: 'shop'},
  thresholds: {
    http_req_failed: ['rate<0.1'],
    http_req_duration: ['max<30000', {threshold: 'p(95) < 30000', abortOnFail: true}],
    'http_reqs{name:nobody}': ['count>=0'],
    'http_reqs{team:shop}': ['count<61'],
    'http_req_duration{expected_response:true,method:GET}': ['max<0'],
    lost: ['count<1'],
    odd: ['rate<=0.5'],
    dropped_iterations: ['count<1'],
  },
}
export default () => {
  http.get(__ENV.BASE + '/ok', {tags: {name: 'browse'}})
  http.post(__ENV.BASE + '/error', '{}', {tags: {name: 'pay'}})
  odd.add(false)
}
`

withEachK6(() => {
  const server = useEngineServer()

  it('tells what became of the thresholds of a script, and what had nothing to measure', async () => {
    const plan = scriptPlan(scriptFile(checkout), {durationMs: 1500, env: {BASE: server().url}})
    const {totals} = await runLoad(k6, plan)
    const of = (metric: string) => totals.thresholds?.filter((one) => one.metric === metric)
    expect(of('http_req_failed')).toMatchObject([
      {held: false, sampled: true, value: 0.5, counts: {hits: 30, total: 60}, comparator: '<', limit: 0.1},
    ])
    // The request that waited for the start for half a second is in none of them.
    expect(of('http_reqs{team:shop}')).toMatchObject([{held: true, sampled: true, value: 60}])
    expect(of('http_req_duration')).toMatchObject([
      {expression: 'max<30000', held: true, unit: 'ms'},
      {expression: 'p(95) < 30000', held: true, sampled: true, unit: 'ms', limit: 30_000},
    ])
    expect(of('http_reqs{name:nobody}')).toMatchObject([{held: true, sampled: false}])
    expect(of('http_req_duration{expected_response:true,method:GET}')).toMatchObject([{held: false}])
    expect(of('lost')).toMatchObject([{held: true, sampled: false}])
    expect(of('odd')).toMatchObject([{held: true, counts: {hits: 0, total: 30}}])
    expect(of('dropped_iterations')).toMatchObject([{held: true, sampled: true, value: 0}])
    expect(totals.limit).toBeUndefined()
  })

  it('takes no threshold for kept when the target hung all along', async () => {
    const hang = `import http from 'k6/http'
export const options = {thresholds: {http_req_failed: ['rate<0.01'], http_req_duration: ['p(95)<500']}}
export default () => http.get(__ENV.BASE + '/hang', {tags: {name: 'hang'}, timeout: '60s'})`
    const plan = scriptPlan(scriptFile(hang), {timeoutMs: 500, env: {BASE: server().url}})
    const {totals} = await runLoad(k6, plan)
    expect(totals.thresholds).toMatchObject([
      {metric: 'http_req_duration', held: true, sampled: false},
      {metric: 'http_req_failed', held: true, sampled: false},
    ])
    expect(totals).toMatchObject({answered: 0, failed: totals.sent})
    expect(totals.sent).toBeGreaterThan(0)
  })

  it('ends the load where a threshold of the script says so', async () => {
    const aborting = `import http from 'k6/http'
export const options = {thresholds: {http_req_failed: [{threshold: 'rate<0.5', abortOnFail: true}]}}
export default () => http.get(__ENV.BASE + '/error', {tags: {name: 'pay'}})`
    const plan = scriptPlan(scriptFile(aborting), {durationMs: 60_000, env: {BASE: server().url}})
    const {totals, seconds} = await runLoad(k6, plan)
    expect(totals.limit?.name).toBe('http_req_failed: rate<0.5')
    expect(totals.thresholds).toMatchObject([{held: false, value: 1}])
    expect(seconds.length).toBeLessThan(30)
  })

  it('takes a script at its word that it failed', async () => {
    const failing = `import exec from 'k6/execution'
export default () => exec.test.fail('the basket is empty')`
    const {totals} = await runLoad(k6, scriptPlan(scriptFile(failing)))
    expect(totals.thresholds).toMatchObject([{metric: 'test.fail()', held: false, sampled: true}])
  })
})
