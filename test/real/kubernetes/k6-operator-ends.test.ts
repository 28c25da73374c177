import {readFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, it} from 'vitest'
import k6Operator from '../../../src/engines/k6-operator.js'
import {journals, newUser} from '../../e2e/cli.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'
import {runLoad, sumOf} from '../../fakes/engine-run.js'
import {scriptFile, scriptPlan} from '../k6-rig.js'
import {operatorSuite} from './k6-operator-rig.js'
import {countedSince, counterUrl} from './load-counter.js'
import {installTestRuns, playOperator} from './played-operator.js'
import {bringTlsShop, type TlsShop} from './tls-shop.js'

operatorSuite('how runners of the k6-operator end', ({stage, inCluster, left, write}) => {
  let operator: {end(): Promise<void>} | undefined
  let shop: TlsShop
  beforeAll(async () => {
    await installTestRuns(stage())
    operator = playOperator(stage())
    shop = await bringTlsShop(stage())
  })
  afterAll(() => operator?.end())

  it('a runner that crosses a threshold of its script (exit 99) is a result, and the others go on to their end', async () => {
    // Of two runners one has the even iterations and the other the odd ones, which alone crosses; the even ones take longer.
    const script = scriptFile(`import http from 'k6/http'
import exec from 'k6/execution'
import {Rate} from 'k6/metrics'
const odd = new Rate('odd')
export const options = {thresholds: {odd: ['rate<0.4'], http_reqs: ['count>=40']}}
export default () => {
  const isOdd = exec.scenario.iterationInTest % 2 === 1
  odd.add(isOdd)
  http.get(__ENV.BASE + (isOdd ? '/odd' : '/even?slow=4000'))
}`)
    const before = (await countedSince(stage())).length
    const env = {BASE: counterUrl(stage())}
    const plan = scriptPlan(script, {perSecond: 20, durationMs: 2_000, timeoutMs: 6_000, env})
    const {totals} = await runLoad(k6Operator, inCluster(plan))
    expect(totals.thresholds).toMatchObject([
      {metric: 'odd', held: false, value: 0.5, counts: {hits: 20, total: 40}},
      {metric: 'http_reqs', held: true, value: 40},
    ])
    expect(totals).toMatchObject({due: 40, sent: 40, answered: 40, failed: 0})
    const seen = (await countedSince(stage(), before)).map(({url}) => url)
    expect(seen.filter((url) => url === '/odd')).toHaveLength(20)
    expect(seen.filter((url) => url.startsWith('/even'))).toHaveLength(20)
    await expect.poll(left, {timeout: 20_000}).toBe('')
  })

  it('a runner that is deleted in the middle ends the run with an error that names it, and nothing is left', async () => {
    const user = newUser()
    const before = (await countedSince(stage())).length
    const asked = ['run', write(user, '60s'), '--context', stage().context, '--quiet']
    const {done} = user.start(asked)
    const sent = async (): Promise<number> => (await countedSince(stage(), before)).length
    await expect.poll(sent, {timeout: 60_000, interval: 300}).toBeGreaterThan(20)
    const names = await stage().kubectl(['get', 'pods', '-l', 'runner=true', '-o', 'name'])
    const victim = names.trim().split('\n').at(-1) ?? ''
    await stage().kubectl(['delete', victim, '--wait=false'])
    const {code, stdout, stderr} = await done
    const said = (stdout + stderr).replaceAll(/\s+/g, ' ')
    expect([code, said]).toEqual([
      4,
      expect.stringContaining(`The pod ${victim.slice(4)} of the load was deleted while it ran`),
    ])
    // The other runner has not gone on alone to the end: of 1,240.
    expect(await sent()).toBeLessThan(600)
    await expect.poll(left, {timeout: 20_000}).toBe('')
    expect(journals(user)).toEqual([])
  })

  it('certificates of the scenario reach the runners, the key by a Secret that goes with the load', async () => {
    const {ca, clientCert, clientKey} = shop.certificates
    const text = (path: string): string => readFileSync(path, 'utf8')
    const plain = planOf({
      endpoints: {shop: shop.url},
      requests: [{name: 'tea', path: '/'}],
      rates: constantRate(20, 2_000),
      timeoutMs: 2_000,
    })
    const tls = {caPem: text(ca), certPem: text(clientCert), keyPath: clientKey}
    const load = {...plain.scenario.load, connection: {tls}}
    const plan = inCluster({...plain, scenario: {...plain.scenario, load}})
    let logs = ''
    const {seconds} = await runLoad(k6Operator, plan, async () => {
      logs = await stage().kubectl(['logs', '-l', 'shakedown/load', '--tail=-1'])
    })
    expect(sumOf(seconds, 'tea').answered).toEqual({200: 40})
    expect(await shop.seen()).toEqual(Array.from({length: 40}, () => 'client'))
    // What the initializer prints of the options, above all.
    expect(logs).toContain('executor')
    expect(logs).not.toContain('PRIVATE')
    await expect.poll(left, {timeout: 20_000}).toBe('')
  })
})
