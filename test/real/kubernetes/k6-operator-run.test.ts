import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterAll, expect, it} from 'vitest'
import k6Operator from '../../../src/engines/k6-operator.js'
import type {Plan} from '../../../src/plan/plan.js'
import type {LoadCluster} from '../../../src/scenarios/scenario.js'
import {journals, newUser} from '../../e2e/cli.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'
import {isBalanced, runLoad, sumOf} from '../../fakes/engine-run.js'
import {scriptFile, scriptPlan} from '../k6-rig.js'
import {operatorSuite} from './k6-operator-rig.js'
import {countedSince, counterUrl} from './load-counter.js'
import {installTestRuns, playOperator} from './played-operator.js'

operatorSuite('load by the k6-operator', ({stage, inCluster, left, write}) => {
  let operator: {end(): Promise<void>} | undefined
  let takesUp = true
  afterAll(() => operator?.end())

  const requests = (path: string): Plan =>
    planOf({
      endpoints: {counter: counterUrl(stage())},
      requests: [{name: 'count', path}],
      rates: constantRate(25, 4_000),
      timeoutMs: 1_000,
    })

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
