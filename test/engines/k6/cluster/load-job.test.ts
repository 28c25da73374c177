import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {labelOf, loadJobOf} from '../../../../src/engines/k6/cluster/load-job.js'
import {placeOf, planFromPods} from '../../../../src/engines/k6/cluster/place.js'
import type {Plan} from '../../../../src/plan/plan.js'
import {loadClusterDefaults} from '../../../../src/scenarios/load-cluster-defaults.js'
import type {Load} from '../../../../src/scenarios/scenario.js'
import type {Target} from '../../../../src/scenarios/target.js'
import {constantRate, planOf} from '../../../fakes/engine-plan.js'

const plan = ({
  path = '/',
  load = {},
  target = {},
}: {
  path?: string
  load?: Partial<Load>
  target?: Partial<Target>
} = {}): Plan => {
  const made = planOf({
    endpoints: {shop: 'http://shop.shop.svc:80'},
    requests: [{name: 'home', path}],
    rates: constantRate(30, 2_000),
    timeoutMs: 1_000,
  })
  return {
    ...made,
    scenario: {...made.scenario, load: {...made.scenario.load, ...load}},
    target: {...made.target, ...target},
  }
}

describe('where a load in a cluster runs', () => {
  it("is the target's namespace and context, unless the scenario names others", () => {
    const kubernetes = {kubeconfig: '/k', context: 'kind', namespace: 'shop'}
    expect(placeOf(plan({target: {kubernetes}})).at).toEqual(kubernetes)
    const cluster = {...loadClusterDefaults, namespace: 'load', context: 'other'}
    expect(placeOf(plan({target: {kubernetes}, load: {cluster}})).at).toEqual({
      kubeconfig: '/k',
      context: 'other',
      namespace: 'load',
    })
  })

  it('is nowhere when nobody names a namespace', () => {
    expect(() => placeOf(plan())).toThrow(/in none/)
  })

  it('knows a service that we reach by a port-forward by its own name', () => {
    const reach = [{address: 'endpoints.shop', service: 'web', port: 8080, by: 'port-forward'}] as const
    const kubernetes = {namespace: 'shop', reach: [...reach]}
    const here = plan({target: {endpoints: {shop: 'http://127.0.0.1:40123'}, kubernetes}})
    expect(planFromPods(here).target.endpoints).toEqual({shop: 'http://web.shop.svc:8080'})
  })

  it('refuses an address that would be the pod itself', () => {
    expect(() => planFromPods(plan({target: {endpoints: {shop: 'http://localhost:80'}}}))).toThrow(
      /"shop" is http:\/\/localhost:80: from a pod/,
    )
  })
})

describe('the Job of a load', () => {
  const made = (of: Plan, runners = 3) =>
    loadJobOf(of, {name: 'shakedown-load-1', runId: 'run-1', cluster: {...loadClusterDefaults, runners}})

  it('has a pod for each share, ends by itself, and is found by its labels', () => {
    const {job, files, selector} = made(plan())
    expect(job['spec']).toMatchObject({
      completions: 3,
      parallelism: 3,
      completionMode: 'Indexed',
      backoffLimit: 0,
      // Two minutes to get ready, two seconds and a timeout of load, ten minutes aside.
      activeDeadlineSeconds: 723,
      ttlSecondsAfterFinished: 600,
    })
    expect(job.metadata.labels).toMatchObject({
      'shakedown/run': 'run-1',
      'shakedown/load': 'shakedown-load-1',
    })
    expect([files.metadata.labels, selector]).toEqual([
      job.metadata.labels,
      'shakedown/load=shakedown-load-1',
    ])
    expect(JSON.stringify(job)).toContain('"3","0,1/3,2/3,1"')
  })

  it('has the authority among its files, and the key of a client certificate in a Secret alone', () => {
    const keyPath = join(mkdtempSync(join(tmpdir(), 'shakedown-key-')), 'key.pem')
    writeFileSync(keyPath, 'PRIVATE')
    const tls = {caPem: 'AUTHORITY', certPem: 'SHOWN', keyPath}
    const {job, files, secrets} = made(plan({load: {connection: {tls}}}))
    expect(files['data']).toMatchObject({'ca.pem': 'AUTHORITY'})
    expect(JSON.stringify([job, files])).not.toContain('PRIVATE')
    expect(secrets).toMatchObject([
      {
        kind: 'Secret',
        metadata: {name: 'shakedown-load-1', labels: {'shakedown/load': 'shakedown-load-1'}},
        stringData: {'k6.json': JSON.stringify({tlsAuth: [{cert: 'SHOWN', key: 'PRIVATE'}]})},
      },
    ])
    expect(JSON.stringify(job)).toContain('"secretName":"shakedown-load-1"')
    expect(made(plan({load: {connection: {tls: {caPem: 'AUTHORITY', insecure: true}}}})).secrets).toEqual([])
    expect(made(plan()).secrets).toEqual([])
  })

  it('shares virtual users out evenly', () => {
    const {files} = made(plan())
    // 30/s that may take 1 s, and a fifth: 36 for 3; 35 would be 36, too.
    expect(JSON.stringify(files['data'])).toContain('preAllocatedVUs\\":36')
  })

  it('is refused for rows in turn, a server name of its own, and more than a ConfigMap takes', () => {
    const data = {rows: ['a', 'b']}
    expect(() => made(plan({path: '/{{next rows}}', load: {data}}))).toThrow(
      /\{\{next\}\} takes rows in turn/,
    )
    expect(() => made(plan({load: {connection: {tls: {serverName: 'a'}}}}))).toThrow(/server name of its own/)
    const pushed = {...loadClusterDefaults, remoteWrite: 'http://prometheus/api/v1/write'}
    expect(() => loadJobOf(plan(), {name: 'load', runId: '', cluster: pushed})).toThrow(
      /remote-write is for the engine k6-operator/,
    )
    expect(() => made(plan({load: {data: {rows: ['x'.repeat(2 ** 20)]}}}))).toThrow(/ConfigMap takes 1 MiB/)
  })
})

it('a run id makes a label', () => {
  expect(labelOf(`20261121-125341-${'long'.repeat(20)}`)).toHaveLength(63)
  expect(labelOf('-_a b_')).toBe('a-b')
})
