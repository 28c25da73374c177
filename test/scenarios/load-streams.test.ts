import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it, onTestFinished} from 'vitest'
import {loadScenario} from '../../src/scenarios/load.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

const share = '{name: up, good: a_total, total: b_total, target: 99%, during: [fault]}'

/** Loads a scenario with this load (YAML, flow style) from a folder with these files. */
const loadOf = async (load: string, files: Record<string, string> = {}, objective = share) => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-load-'))
  onTestFinished(() => rmSync(folder, {recursive: true}))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const path = join(folder, 's.yaml')
  writeFileSync(
    path,
    `name: s
summary: s
target: reference
load: ${load}
phases: {baseline: 10s, fault: 10s, recovery: 10s}
faults: []
objectives: [${objective}]
`,
  )
  const {scenario, warnings} = await loadScenario(path, vocabulary)
  return {load: scenario.load, warnings, folder}
}

const problemsOf = async (load: string, files?: Record<string, string>): Promise<string> =>
  loadOf(load, files).then(
    () => 'no problem',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  )

const home = 'requests: [{name: home, get: /}]'

it('streams have rates and requests of their own', async () => {
  const {load} = await loadOf(
    `{streams: [
      {name: browse, profile: {constant: 100/s}, poisson: true, requests: [{name: home, get: /}]},
      {name: buy, profile: {ramp: {from: 0/s, to: 5/s}}, requests: [{name: pay, post: /pay}]}]}`,
  )
  expect(load.streams).toMatchObject([
    {name: 'browse', profile: {kind: 'constant', ratePerSecond: 100}, poisson: true},
    {name: 'buy', profile: {kind: 'ramp'}, requests: [{name: 'pay'}]},
  ])
  expect(load.streams[1]).not.toHaveProperty('poisson')
})

it('a stream alone is called load, and may arrive at random', async () => {
  const {load} = await loadOf(`{profile: {constant: 1/s}, poisson: true, threads: 2, ${home}}`)
  expect(load.streams).toMatchObject([{name: 'load', poisson: true}])
  expect(load.threads).toBe(2)
  expect(load).not.toHaveProperty('connection')
})

it.each([
  ['{soak: {rate: 500/s, ramp: 5s}}', {kind: 'soak', ratePerSecond: 500, rampMs: 5000}],
  ['{soak: {rate: 500/s}}', {kind: 'soak', ratePerSecond: 500, rampMs: 0}],
  [
    '{breakpoint: {from: 50/s, to: 2000/s, over: 20s}}',
    {kind: 'breakpoint', fromPerSecond: 50, toPerSecond: 2000, durationMs: 20_000},
  ],
  ['{breakpoint: {from: 50/s, to: 2000/s}}', {kind: 'breakpoint', fromPerSecond: 50, toPerSecond: 2000}],
])('the profile %s', async (profile, expected) => {
  const {load} = await loadOf(`{profile: ${profile}, ${home}}`)
  expect(load.streams[0]?.profile).toEqual(expected)
})

it('what streams lack or share is told with its place', async () => {
  const problems = await problemsOf(
    `{profile: {constant: 1/s}, streams: [{name: a, ${home}}, {name: a, profile: {constant: 1/s}}]}`,
  )
  expect(problems).toContain('load.profile: stands beside "streams": put it into one of them')
  expect(problems).toContain('load.streams[0].profile: missing')
  expect(problems).toContain('load.streams[1].requests: missing')
  expect(problems).toContain('load.streams[1].name: the name "a" is taken by an earlier stream')
})

it('a rise longer than the run is odd, in any stream', async () => {
  const stream = `{name: a, profile: {soak: {rate: 1/s, ramp: 2m}}, ${home}}`
  const {warnings} = await loadOf(`{streams: [${stream}]}`)
  expect(warnings.map(({message}) => message)).toEqual(['longer than the run of 33s: the ramp is cut off'])
})

it('certificates are read, and a key stays where it is', async () => {
  const pem = (what: string): string => `-----BEGIN ${what}-----\nAA==\n-----END ${what}-----\n`
  const {load, folder} = await loadOf(
    `{profile: {constant: 1/s}, ${home}, http: 2, tls: {ca: ca.pem, cert: me.pem, key: me.key, server-name: shop}}`,
    {'ca.pem': pem('CA'), 'me.pem': pem('CERTIFICATE'), 'me.key': pem('PRIVATE KEY')},
  )
  expect(load.connection).toEqual({
    http: 2,
    tls: {
      caPem: pem('CA'),
      certPem: pem('CERTIFICATE'),
      keyPath: join(folder, 'me.key'),
      serverName: 'shop',
    },
  })
  expect(JSON.stringify(load)).not.toContain('PRIVATE KEY')
  expect(load.files?.map(({path}) => path)).toEqual(['ca.pem', 'me.pem'])
})

it('certificates that are none, and a key that is missing, are told', async () => {
  const load = (tls: string): string => `{profile: {constant: 1/s}, ${home}, tls: ${tls}}`
  expect(await problemsOf(load('{ca: ca.pem}'), {'ca.pem': 'nothing'})).toContain('expected PEM')
  expect(await problemsOf(load('{ca: ca.pem}'))).toContain('there is no such file')
  expect(await problemsOf(load('{cert: me.pem}'), {'me.pem': '-----BEGIN X-----'})).toContain(
    'a client certificate needs both "cert" and "key"',
  )
  expect(await problemsOf(`{profile: {constant: 1/s}, ${home}, http: 3}`)).toContain('load.http')
})

it('a load that is to break needs an objective that can be missed', async () => {
  const load = `{profile: {breakpoint: {from: 1/s, to: 9/s}}, ${home}}`
  const failure = await loadOf(load, {}, '{name: up, query: up, expect: "> 0", during: [fault]}').catch(
    String,
  )
  expect(failure).toContain('load.profile.breakpoint: ends where an objective is missed')
})
