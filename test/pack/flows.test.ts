import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {readRecord} from '../../src/run/read-record.js'
import {newUser, type User} from '../e2e/cli.js'
import {startShop} from '../fakes/flow-server.js'
import {freePort} from '../soak/free-port.mjs'

const scenario = (objectives: string[]): string =>
  [
    'name: buying',
    'target: ./target.yaml',
    'load:',
    '  profile: {constant: 20/s}',
    '  data: {users: users.csv}',
    '  requests:',
    '    - {name: browse, get: /browse, tags: {tier: free}}',
    '  flows:',
    '    - name: buy',
    '      cookies: true',
    '      steps:',
    '        - name: login',
    '          post: /login',
    '          body: {user: "{{pick users.email}}", password: "{{pick users.password}}"}',
    '          extract: {token: {json: /auth/token}, session: {header: x-session}}',
    '        - think: {from: 50ms, to: 150ms}',
    '        - {name: pay, post: "/pay?s={{session}}", headers: {authorization: "Bearer {{token}}"}, expect: 200}',
    '        - {name: receipt, get: "/receipt/{{next users.email}}"}',
    'phases: {warm-up: 1s, baseline: 2s, fault: 3s, recovery: 1s}',
    'objectives:',
    ...objectives.map((line) => `  - ${line}`),
    'guards:',
    '  - {stop-when: \'sum(shakedown_load_flows_total{outcome="broken"}) > 1000\', above: 0}',
  ].join('\n')

const files = async ({home}: User, url: string, objectives: string[]): Promise<void> => {
  const target = `name: shop\nendpoints: {edge: ${url}}\nmetrics: {scrape: {targets: [{url: ${url}/metrics, labels: {job: shop}}]}}\n`
  await writeFile(join(home, 'target.yaml'), target)
  await writeFile(join(home, 'users.csv'), 'email,password\na@x,pa\nb@x,"p,b"\n')
  await writeFile(join(home, 's.yaml'), scenario(objectives))
}

interface Ran {
  runs: {record: string; verdict: {objectives: {name: string; outcome: string; message: string}[]}}[]
}

it('a flow logs in, uses what it was given, and is judged by the metrics of its own load', async () => {
  const {url, seen} = await startShop()
  const user = newUser()
  await files(user, url, [
    '{name: paid, good: \'shakedown_load_requests_total{request="pay", code="200"}\', total: \'shakedown_load_requests_total{request="pay"}\', target: 80%, min-samples: 5, during: [fault]}',
    '{name: quick, latency: \'shakedown_load_request_duration_seconds{tier="free"}\', below: 4321ms, target: 50%, min-samples: 5, during: [fault]}',
    '{name: through, query: \'sum(shakedown_load_flows_total{flow="buy", outcome="completed"})\', expect: ">= 10", during: [fault]}',
    '{name: broken, query: \'sum(shakedown_load_flows_total{outcome="broken"}) or vector(0)\', expect: "== 0", during: [fault]}',
  ])
  const port = await freePort()
  const run = user.start(['run', 's.yaml', '--json', '--quiet', '--metrics-port', String(port)])
  let page = ''
  const watch = setInterval(async () => {
    page = await fetch(`http://127.0.0.1:${port}/metrics`).then(
      (response) => response.text(),
      () => page,
    )
  }, 500)
  const {stdout, stderr} = await run.done.finally(() => clearInterval(watch))
  // A busy machine may make the generator late, which makes the run invalid and changes nothing of what is looked at.
  const result = JSON.parse(stdout) as Ran
  expect(result, stdout + stderr).toHaveProperty('runs')
  const [ran] = result.runs
  expect(
    ran?.verdict.objectives.map(({name, outcome}) => `${name}: ${outcome}`),
    stderr,
  ).toEqual(['paid: pass', 'quick: pass', 'through: pass', 'broken: pass'])
  expect(page).toMatch(/shakedown_load_flows_total\{flow="buy",outcome="completed"\} [1-9]/)

  const logins = seen.filter(({url}) => url === '/login').map(({body}) => JSON.parse(String(body)))
  expect(new Set(logins.map(({user: email, password}) => `${email} ${password}`))).toEqual(
    new Set(['a@x pa', 'b@x p,b']),
  )
  for (const {headers, url: path} of seen.filter(({url}) => url.startsWith('/pay')))
    expect(`${headers.cookie} ${path}`).toMatch(/^sid=(\d+) \/pay\?s=s\1$/)

  const record = await readRecord(join(user.home, ran?.record ?? ''))
  expect(record.header.plan.scenario.load.files?.map(({path}) => path)).toEqual(['users.csv'])
  // What is made from the seconds of load is not written a second time.
  expect(record.series.some(({labels}) => labels['__name__']?.startsWith('shakedown_load_'))).toBe(false)
  const asked = await user.run(['query', 'shakedown_load_arrivals_total', '--record', ran?.record ?? ''])
  expect(asked.stdout).toMatch(/^ +140 +shakedown_load_arrivals_total/m)
})

it('a log is sent again at the speed asked for', async () => {
  const {url, seen} = await startShop()
  const user = newUser()
  await files(user, url, [])
  const line = (second: number, request: string): string =>
    `10.0.0.1 - - [10/Oct/2025:13:55:${String(second).padStart(2, '0')} +0000] "${request}" 200 12 "-" "curl"`
  const log = Array.from({length: 16}, (_, second) => [
    line(second, `GET /items/${second} HTTP/1.1`),
    line(second, 'GET /home HTTP/1.1'),
  ]).flat()
  await writeFile(join(user.home, 'access.log'), [...log, line(16, 'POST /cart HTTP/1.1')].join('\n'))
  const text = [
    'name: again',
    'target: ./target.yaml',
    'load: {replay: {file: access.log, speed: 4}}',
    'phases: {warm-up: 0, baseline: 1s, fault: 2s, recovery: 2s}',
    'objectives:',
    '  - {name: all, query: \'sum(shakedown_load_requests_total{outcome="answered"})\', expect: "== 33", during: [recovery]}',
  ]
  await writeFile(join(user.home, 's.yaml'), text.join('\n'))
  const {stdout, stderr} = await user.run(['run', 's.yaml', '--json', '--quiet'])
  expect(stderr).toContain('s.yaml:3:23 load.replay.file: requests of access.log that usually have a body')
  const [ran] = (JSON.parse(stdout) as Ran).runs
  expect(
    ran?.verdict.objectives.map(({name, outcome}) => `${name}: ${outcome}`),
    stderr,
  ).toEqual(['all: pass'])
  const record = await readRecord(join(user.home, ran?.record ?? ''))
  expect(Object.keys(record.load[0]?.requests ?? {})).toEqual(['GET /items/:id', 'GET /home', 'POST /cart'])
  expect(seen).toHaveLength(33)
  expect((seen.at(-1)?.atMs ?? 0) - (seen[0]?.atMs ?? 0)).toBeGreaterThan(3800)
})
