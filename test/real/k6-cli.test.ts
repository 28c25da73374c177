import {once} from 'node:events'
import {readdirSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {newUser, type User} from '../e2e/cli.js'
import {decided} from '../e2e/decided.js'
import {runningK6, stateOf, withEachK6} from './k6-rig.js'

/** A shop of one page, which counts what it served. */
const startShop = async () => {
  let served = 0
  const server = createServer((request, response) => {
    const metrics = `# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${served}\n`
    if (request.url !== '/metrics') served++
    response.end(request.url === '/metrics' ? metrics : 'tea')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `address` is a string only for sockets in the file system.
  const {port} = server.address() as AddressInfo
  return {url: `http://127.0.0.1:${port}`, served: () => served, close: () => server.close()}
}

const script = `import http from 'k6/http'
export const options = {vus: 1, duration: '1s'}
export default () => {
  http.get(__ENV.BASE + '/shelf', {tags: {name: 'shelf'}})
  http.get(__ENV.BASE + '/basket', {tags: {name: 'basket'}})
}`

const scenario = (faultPhase: string): string => `name: scripted
summary: A script of the user's.
target: ./shop.yaml
load:
  script: {file: ./script.js, env: {BASE: BASE_URL}}
  profile: {constant: 25/s}
  timeout: 2s
phases: {warm-up: 1s, baseline: 3s, fault: ${faultPhase}, recovery: 1s}
faults: []
objectives:
  - name: served
    good: http_requests_total{job="shop", code="200"}
    total: http_requests_total{job="shop"}
    target: 90%
    min-samples: 10
    during: [baseline]
`

/** The k6 that this process has started, as soon as there is one that sends. */
const untilLoad = async (cli: number, served: () => number): Promise<number> => {
  const before = served()
  for (let tries = 0; tries < 600; tries++) {
    const [pid] = runningK6(cli)
    if (pid !== undefined && served() > before + 10) return pid
    await sleep(100)
  }
  throw new Error('no load within 60 s')
}

/** Until nobody has been served for a second: what was on its way has arrived. */
const untilQuiet = async (served: () => number): Promise<void> => {
  for (let [before, tries] = [-1, 0]; before !== served() && tries < 30; tries++) {
    before = served()
    await sleep(1_000)
  }
}

const leftFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('shakedown-k6-'))

withEachK6(() => {
  let user: User
  let shop: Awaited<ReturnType<typeof startShop>>

  beforeAll(async () => {
    // With the K6_PATH of this k6.
    user = newUser()
    shop = await startShop()
    const target = `name: shop\nendpoints: {shop: "${shop.url}"}\nmetrics: {scrape: {every: 500ms, targets: [{url: "${shop.url}/metrics", labels: {job: shop}}]}}\n`
    writeFileSync(join(user.home, 'shop.yaml'), target)
    writeFileSync(join(user.home, 'script.js'), script)
    for (const [name, fault] of [
      ['short', '2s'],
      ['long', '60s'],
    ] as const)
      writeFileSync(join(user.home, `${name}.yaml`), scenario(fault).replace('BASE_URL', shop.url))
  })
  afterAll(() => shop.close())

  it('runs a script from a scenario to a verdict', async () => {
    let servedBefore = 0
    const before = (): void => {
      servedBefore = shop.served()
    }
    const {code, stdout, stderr} = await decided(user, ['run', 'short.yaml'], {before})
    expect(code, stdout).toBe(0)
    expect(stdout + stderr).toMatch(/own duration, vus are not used/)
    // 75 each, of which a run that counts may have skipped one in a hundred.
    expect(stdout).toMatch(/shelf +7[45] +2[45]/)
    expect(stdout).toMatch(/basket +7[45] +2[45]/)
    expect(shop.served() - servedBefore).toBeGreaterThanOrEqual(0.99 * 350)
    expect(shop.served() - servedBefore).toBeLessThanOrEqual(350)
  })

  it('judges the thresholds of a script, also offline from the record', async () => {
    const limits = `import http from 'k6/http'
export const options = {thresholds: {http_req_failed: ['rate<0.2'], 'http_reqs{name:shelf}': ['count<10']}}
export default () => http.get(__ENV.BASE + '/shelf', {tags: {name: 'shelf'}})`
    writeFileSync(join(user.home, 'limits.js'), limits)
    const text = scenario('1s').replace('BASE_URL', shop.url).replace('script.js', 'limits.js')
    writeFileSync(join(user.home, 'limits.yaml'), text)
    // A late generator makes the run invalid, which says nothing of the thresholds; one that skips counts less than 150.
    const {stdout} = await decided(user, ['run', 'limits.yaml'])
    expect(stdout).toMatch(/✔ http_req_failed: rate<\S+ +whole run +0%/)
    const sent = Number(/✘ http_reqs{name:shelf}: \S+ +whole run +(\d+)/.exec(stdout)?.[1])
    expect(sent).toBeGreaterThanOrEqual(0.99 * 150)
    expect(sent).toBeLessThanOrEqual(150)
    const record = /Record +(\S+)/.exec(stdout)?.[1] ?? ''
    const judged = await user.run(['judge', record, '--json'])
    const {objectives} = JSON.parse(judged.stdout)
    expect(objectives.filter(({kind}: {kind: string}) => kind === 'threshold')).toMatchObject([
      {name: 'http_req_failed: rate<0.2', outcome: 'pass', counts: {bad: 0, total: sent}},
      {name: 'http_reqs{name:shelf}: count<10', outcome: 'fail', estimate: sent},
    ])
    const junit = await user.run(['report', record, '--format', 'junit'])
    expect(junit.stdout).toMatch(/name="http_req_failed: rate&lt;0\.2 \(whole run\)"/)
  })

  it('leaves no k6 and no folder behind after Ctrl-C', async () => {
    const {child, done} = user.start(['run', 'long.yaml'])
    const pid = await untilLoad(child.pid ?? 0, shop.served)
    child.kill('SIGINT')
    expect((await done).code).toBe(130)
    expect(stateOf(pid)).toMatch(/^(Z|gone)$/)
    expect(leftFolders()).toEqual([])
  })

  it('leaves no k6 that sends after kill -9 of the CLI', async () => {
    const {child, done} = user.start(['run', 'long.yaml'])
    const pid = await untilLoad(child.pid ?? 0, shop.served)
    child.kill('SIGKILL')
    await done
    for (let tries = 0; tries < 300 && !/Z|gone/.test(stateOf(pid)); tries++) await sleep(100)
    expect(stateOf(pid)).toMatch(/^(Z|gone)$/)
    await untilQuiet(shop.served)
    const served = shop.served()
    await sleep(500)
    expect(shop.served()).toBe(served)
    await user.run(['restore'])
  })
})
