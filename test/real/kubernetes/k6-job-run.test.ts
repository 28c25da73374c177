import {readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {journals, newUser, type User} from '../../e2e/cli.js'
import {bringCounter, countedSince, counterUrl} from './load-counter.js'
import {clusterSuite} from './stage.js'
import {startShop} from './undo-rig.js'

const needs = {images: ['k6', 'node'], creates: 'pods, Jobs and ConfigMaps', rights: ['load'] as const}

clusterSuite('run with its load in a cluster', needs, (stage) => {
  let shop: Awaited<ReturnType<typeof startShop>>
  beforeAll(async () => {
    shop = await startShop()
    await bringCounter(stage())
  })
  afterAll(() => shop?.close())

  const write = (user: User, faultFor: string): string => {
    const {kubeconfig, context, namespace} = stage()
    const target = {
      name: 'namespace',
      endpoints: {counter: counterUrl(stage())},
      kubernetes: {kubeconfig, context, namespace},
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
        profile: {constant: '40/s'},
        requests: [{name: 'browse', get: '/browse'}],
      },
      phases: {'warm-up': '0s', baseline: '1s', fault: faultFor, recovery: '1s'},
      faults: [],
      objectives: [
        {
          name: 'answered',
          good: 'shakedown_load_requests_total{code="200"}',
          total: 'shakedown_load_requests_total',
          target: '99%',
          during: ['baseline', 'recovery'],
        },
      ],
    }
    const path = join(user.home, 'from-pods.yaml')
    writeFileSync(path, JSON.stringify(scenario))
    return path
  }
  const left = async (): Promise<string> =>
    await stage().kubectl(['get', 'jobs,configmaps,pods', '-l', 'shakedown/run', '-o', 'name'])

  it('is judged by what the pods saw, and leaves nothing', async () => {
    const user = newUser()
    const before = (await countedSince(stage())).length
    const asked = ['run', write(user, '3s'), '--context', stage().context, '--quiet', '--json']
    const {code, stdout, stderr} = await user.run(asked)
    const [run] = JSON.parse(stdout).runs
    const lines = gunzipSync(readFileSync(resolve(user.home, run.record)))
      .toString()
      .trim()
      .split('\n')
    const end = JSON.parse(lines.at(-1) ?? '')
    expect([code, stderr]).toEqual([expect.toBeOneOf([0, 3]), expect.any(String)])
    expect(end.totals).toMatchObject({due: 200, sent: 200, answered: 200, failed: 0})
    expect(await countedSince(stage(), before)).toHaveLength(200)
    await expect.poll(left, {timeout: 60_000}).toBe('')
  })

  it('a pod that is deleted in the middle ends it with an error that names the pod, and nothing is left', async () => {
    const user = newUser()
    const before = (await countedSince(stage())).length
    const asked = ['run', write(user, '60s'), '--context', stage().context, '--quiet']
    const {done} = user.start(asked)
    const sent = async (): Promise<number> => (await countedSince(stage(), before)).length
    await expect.poll(sent, {timeout: 60_000, interval: 300}).toBeGreaterThan(20)
    const names = await stage().kubectl(['get', 'pods', '-l', 'shakedown/run', '-o', 'name'])
    const victim = names.trim().split('\n').at(-1) ?? ''
    await stage().kubectl(['delete', victim, '--wait=false'])
    const {code, stdout, stderr} = await done
    const said = (stdout + stderr).replaceAll(/\s+/g, ' ')
    expect([code, said]).toEqual([
      4,
      expect.stringMatching(
        new RegExp(`the run broke: (The pod|One of the pods) .*${victim.slice(4)}.* of the load was deleted`),
      ),
    ])
    // The other pod has not gone on alone to the end: of 2,480.
    expect(await sent()).toBeLessThan(1_200)
    await expect.poll(left, {timeout: 60_000}).toBe('')
    expect(journals(user)).toEqual([])
  })

  it('kill -9 of the CLI: the watchdog removes the pods', async () => {
    const user = newUser()
    const before = (await countedSince(stage())).length
    const {child, done} = user.start(['run', write(user, '120s'), '--context', stage().context, '--quiet'])
    const sent = async (): Promise<number> => (await countedSince(stage())).length - before
    await expect.poll(sent, {timeout: 90_000, interval: 500}).toBeGreaterThan(20)
    child.kill('SIGKILL')
    await done
    await expect.poll(left, {timeout: 90_000, interval: 500}).toBe('')
    await expect.poll(() => journals(user), {timeout: 60_000}).toEqual([])
  })
})
