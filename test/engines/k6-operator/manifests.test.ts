import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {parse} from 'yaml'
import {clusterName, manifestsOf} from '../../../src/engines/k6-operator/manifests.js'
import {type ClusterOrder, checkOrder} from '../../../src/engines/k6-operator/order.js'
import {UserError} from '../../../src/errors.js'
import type {Plan} from '../../../src/plan/plan.js'
import {loadClusterDefaults} from '../../../src/scenarios/load-cluster-defaults.js'
import type {LoadCluster} from '../../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../../fakes/engine-plan.js'
import {configMapSchema, testRunSchema} from './test-run-schema.js'

const order: ClusterOrder = {runners: 3, image: 'grafana/k6:2.1.0', separate: false}

const plan = (path = '/ok?n={{sequence}}', endpoint = 'http://shop.test'): Plan =>
  planOf({
    endpoints: {edge: endpoint},
    requests: [{name: 'browse', path}],
    rates: constantRate(50, 2000),
    data: {skus: ['tea'], big: ['x'.repeat(2 ** 20)]},
    timeoutMs: 1000,
  })

const small = (path?: string, endpoint?: string): Plan => {
  const made = plan(path, endpoint)
  const load = {...made.scenario.load, data: {skus: ['tea']}}
  return {...made, scenario: {...made.scenario, load}}
}

const scripted = (text: string, env: Record<string, string> = {}): Plan => {
  const path = join(mkdtempSync(join(tmpdir(), 'shakedown-cluster-')), 'checkout.js')
  writeFileSync(path, text)
  const made = small()
  const streams = made.scenario.load.streams.map((stream) => ({...stream, requests: []}))
  const load = {...made.scenario.load, streams, script: {path, sha256: '', env}}
  return {...made, scenario: {...made.scenario, load}}
}

const testRunIn = (files: Record<string, string>) => testRunSchema.parse(parse(files['testrun.yaml'] ?? ''))
const configMapIn = (files: Record<string, string>) =>
  configMapSchema.parse(parse(files['configmap.yaml'] ?? ''))

const refusal = (act: () => unknown): UserError => {
  try {
    act()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('the manifests of a load', () => {
  it('are as the scenario says of its pods, where no flag says otherwise', () => {
    const cluster: LoadCluster = {
      ...loadClusterDefaults,
      runners: 5,
      image: 'registry.test/k6:1',
      pullPolicy: 'Always',
      namespace: 'load',
      cpu: '250m',
      args: ['--http-debug=full'],
      separate: true,
      serviceAccount: 'k6',
      nodeSelector: {pool: 'load'},
      remoteWrite: 'http://prometheus/api/v1/write',
    }
    const {metadata, spec} = testRunIn(manifestsOf(small(), checkOrder({runners: 4}, cluster)))
    expect(metadata.namespace).toBe('load')
    expect(spec).toMatchObject({parallelism: 4, separate: true})
    expect(spec.arguments).toMatch(/--out experimental-prometheus-rw --http-debug=full$/)
    expect(spec.runner).toMatchObject({
      image: 'registry.test/k6:1',
      imagePullPolicy: 'Always',
      serviceAccountName: 'k6',
      nodeSelector: {pool: 'load'},
      resources: {requests: {cpu: '250m'}},
    })
    expect(refusal(() => checkOrder({}, {...cluster, args: ['--tag', 'a b']})).message).toMatch(
      /would need quotes/,
    )
  })

  it('are objects that the cluster knows, and name each other', () => {
    const full = {...order, namespace: 'load', remoteWrite: 'http://prometheus:9090/api/v1/write'}
    const files = manifestsOf(small(), full)
    const {metadata, spec} = testRunIn(files)
    const map = configMapIn(files)
    expect(metadata).toMatchObject({name: 'shakedown-engine-test', namespace: 'load'})
    expect(map.metadata).toEqual(metadata)
    expect(spec.script).toEqual({configMap: {name: 'shakedown-engine-test', file: 'engines-k6-script.js'}})
    expect(map.data['engines-k6-script.js']).toContain('k6/http')
    expect(spec.parallelism).toBe(3)
    expect(spec.arguments).toBe(
      '--tag testid=shakedown-engine-test --no-thresholds --out experimental-prometheus-rw',
    )
    expect(spec.runner?.env).toContainEqual({
      name: 'K6_PROMETHEUS_RW_SERVER_URL',
      value: 'http://prometheus:9090/api/v1/write',
    })
    // 50 a second that may each take a second, and a fifth more: 60 users, 20 each.
    expect(JSON.parse(map.data['input.json'] ?? '').options.scenarios.load.maxVUs).toBe(60)
  })

  it('import each other without folders', () => {
    const {data} = configMapIn(manifestsOf(small(), order))
    const imported = Object.values(data).flatMap((text) =>
      [...text.matchAll(/^(?:import|export) .*?from "([^"]+)"/gm)].map(([, path = '']) => path),
    )
    expect(imported.length).toBeGreaterThan(5)
    for (const path of imported)
      expect(path.startsWith('k6') || Object.hasOwn(data, path.replace('./', '')), path).toBe(true)
  })

  it('are the same each time', () => {
    expect(manifestsOf(small(), order)).toEqual(manifestsOf(small(), order))
  })

  it('hold a script as it is, with its environment and no wait for us', () => {
    const text = "import http from 'k6/http'\nexport default () => http.get(__ENV.BASE)\n"
    const files = manifestsOf(scripted(text, {BASE: 'http://shop.test'}), {...order, runners: 1})
    const {data} = configMapIn(files)
    expect(data['checkout.js']).toBe(text)
    expect(data['environment.js']).toBe('Object.assign(__ENV, {"BASE":"http://shop.test"})\n')
    expect(data['shakedown.js']).toContain('from "./checkout.js"')
    expect(data['shakedown.js']).not.toContain('function setup')
    expect(testRunIn(files).spec.runner?.env).toContainEqual({name: 'BASE', value: 'http://shop.test'})
    expect(testRunIn(files).spec.arguments).toBe('--tag testid=shakedown-engine-test')
  })

  it('go to a volume claim where one is named', () => {
    const files = manifestsOf(plan(), {...order, claim: 'load-files'})
    expect(testRunIn(files).spec.script).toEqual({
      volumeClaim: {name: 'load-files', file: 'engines-k6-script.js'},
    })
    expect(Object.keys(files)).toContain('test/input.json')
    expect(files['configmap.yaml']).toBeUndefined()
  })

  it.each<[string, () => unknown, RegExp, RegExp]>([
    ['is too large for a ConfigMap', () => manifestsOf(plan(), order), /1 MiB/, /--claim/],
    [
      'goes to the loopback address',
      () => manifestsOf(small('/', 'http://127.0.0.1:8080'), order),
      /"edge" is http:\/\/127.*the pod itself/,
      /--target/,
    ],
    [
      'takes rows in turn on several runners',
      () => manifestsOf(small('/{{next skus}}'), order),
      /{{next}} takes rows in turn/,
      /{{pick}}/,
    ],
    [
      'reads a module beside its script',
      () => manifestsOf(scripted("import {pay} from './pay.js'\nexport default pay"), order),
      /checkout\.js reads \.\/pay\.js/,
      /one file/,
    ],
    [
      'opens a file beside its script',
      () => manifestsOf(scripted("const users = open('users.csv')\nexport default () => users"), order),
      /reads users\.csv/,
      /one file/,
    ],
  ])('are refused for a load that %s', (_what, act, message, hint) => {
    const error = refusal(act)
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(hint)
  })

  it('are refused with every flag that the cluster would not take', () => {
    const asked = {...order, namespace: 'Load', cpu: 'two', memory: '2GB', claim: undefined}
    const {message} = refusal(() => checkOrder({...asked, remoteWrite: 'prometheus'}))
    expect(message.split('\n').map((line) => line.split(':')[0])).toEqual([
      '--namespace',
      '--cpu',
      '--memory',
      '--remote-write',
    ])
  })

  it('have a name that leaves room for what the operator adds', () => {
    expect(clusterName('a'.repeat(80))).toHaveLength(40)
    expect(clusterName(`${'ab'.repeat(14)}x-y`)).toMatch(/^shakedown-[a-z0-9-]*[a-z0-9]$/)
  })
})
