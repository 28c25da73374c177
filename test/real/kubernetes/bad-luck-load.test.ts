import {readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {gunzipSync} from 'node:zlib'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {journals, newUser, type User} from '../../e2e/cli.js'
import {type ApiRelay, startApiRelay} from './api-relay.js'
import {bringCounter, countedSince, counterUrl} from './load-counter.js'
import {clusterSuite} from './stage.js'
import {startShop} from './undo-rig.js'

const needs = {images: ['k6', 'node'], creates: 'pods, a Job and a ConfigMap', rights: ['load'] as const}
const perSecond = 20
const faultSeconds = 14
const awayMs = 6_000

clusterSuite('bad luck while pods make the load', needs, (stage) => {
  let shop: Awaited<ReturnType<typeof startShop>>
  let relay: ApiRelay
  beforeAll(async () => {
    shop = await startShop()
    await bringCounter(stage())
    relay = await startApiRelay(stage())
  })
  afterAll(() => Promise.all([shop?.close(), relay?.close()]))

  const write = (user: User): string => {
    const target = {
      name: 'namespace',
      endpoints: {counter: counterUrl(stage())},
      kubernetes: relay.at,
      metrics: {scrape: {every: '1s', targets: [{url: `${shop.url}/metrics`, labels: {job: 'shop'}}]}},
    }
    writeFileSync(join(user.home, 'target.yaml'), JSON.stringify(target))
    const scenario = {
      name: 'from-pods',
      summary: 'Load from two pods.',
      target: 'target.yaml',
      load: {
        on: 'kubernetes',
        kubernetes: {image: 'localhost/k6:1', 'image-pull-policy': 'Never', cpu: '50m', memory: '256Mi'},
        timeout: '1s',
        profile: {constant: `${perSecond}/s`},
        requests: [{name: 'browse', get: '/browse'}],
      },
      phases: {'warm-up': '0s', baseline: '1s', fault: `${faultSeconds}s`, recovery: '1s'},
      faults: [],
      objectives: [
        {
          name: 'answered',
          good: 'shakedown_load_requests_total{code="200"}',
          total: 'shakedown_load_requests_total',
          target: '99%',
          during: ['fault'],
        },
      ],
    }
    const path = join(user.home, 'from-pods.yaml')
    writeFileSync(path, JSON.stringify(scenario))
    return path
  }

  it('the API server is away for a while: the pods go on, and every request is in the counts', async () => {
    const user = newUser()
    const {done} = user.start(['run', write(user), '--context', 'relay', '--quiet', '--json'])
    const sent = async (): Promise<number> => (await countedSince(stage())).length
    await expect.poll(sent, {timeout: 40_000, interval: 300}).toBeGreaterThan(2 * perSecond)
    relay.be('reset')
    relay.cut()
    const before = await sent()
    await sleep(awayMs)
    expect(await sent()).toBeGreaterThan(before + perSecond)
    relay.be('pass')
    const {code, stdout, stderr} = await done
    expect([0, 3], stdout + stderr).toContain(code)
    const [run] = JSON.parse(stdout).runs
    const lines = gunzipSync(readFileSync(resolve(user.home, run.record)))
    const end = JSON.parse(lines.toString().trim().split('\n').at(-1) ?? '')
    const due = perSecond * (faultSeconds + 2)
    expect(end.totals, stderr).toMatchObject({due, sent: due, answered: due, failed: 0})
    expect(await sent()).toBe(due)
    expect(journals(user)).toEqual([])
    const left = ['get', 'jobs,configmaps,pods', '-l', 'shakedown/run', '-o', 'name']
    await expect.poll(() => stage().kubectl(left), {timeout: 20_000}).toBe('')
  })
})
