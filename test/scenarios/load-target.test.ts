import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {loadTarget, parseTarget} from '../../src/scenarios/load-target.js'
import type {Target} from '../../src/scenarios/target.js'

const staging = `
name: staging
endpoints: {shop: http://shop.staging, admin: "https://admin.staging:8443"}
toxiproxy: http://toxiproxy.staging:8474
edges:
  order->payment: {proxies: [payment-1, payment-2], probe: {http: /readyz}}
  order->order-db: {proxy: order-db, probe: postgres}
  order->cache: {proxy: cache}
workloads:
  payment: [payment-1, payment-2]
metrics: {prometheus: "http://prometheus.staging:9090"}
data: {skus: [A, B]}
`

const target: Target = {
  name: 'staging',
  endpoints: {shop: 'http://shop.staging', admin: 'https://admin.staging:8443'},
  toxiproxy: {url: 'http://toxiproxy.staging:8474'},
  edges: {
    'order->payment': {proxies: ['payment-1', 'payment-2'], probe: {kind: 'http', path: '/readyz'}},
    'order->order-db': {proxies: ['order-db'], probe: {kind: 'postgres'}},
    'order->cache': {proxies: ['cache'], probe: {kind: 'tcp'}},
  },
  workloads: {payment: {replicas: ['payment-1', 'payment-2']}},
  metrics: {kind: 'prometheus', url: 'http://prometheus.staging:9090'},
  data: {skus: ['A', 'B']},
}

describe('a target file', () => {
  it('becomes a target', () => {
    expect(parseTarget('t.yaml', staging)).toEqual(target)
  })

  it('may be a target as the program prints it', () => {
    const scraped: Target = {
      ...target,
      control: {url: 'http://127.0.0.1:9000'},
      metrics: {
        kind: 'scrape',
        intervalMs: 500,
        targets: [{url: 'http://127.0.0.1:1/metrics', labels: {job: 'edge', instance: 'edge-1'}}],
      },
    }
    expect(parseTarget('t.json', JSON.stringify(target))).toEqual(target)
    expect(parseTarget('t.json', JSON.stringify(scraped, null, 2))).toEqual(scraped)
  })

  it('may have its metrics scraped, with an instance label from the address', () => {
    const text = `
name: local
endpoints: {shop: http://127.0.0.1:8080}
metrics:
  scrape:
    every: 250ms
    targets: [{url: "http://127.0.0.1:8080/metrics", labels: {job: shop, zone: a}}]
`
    expect(parseTarget('t.yaml', text)).toEqual({
      name: 'local',
      endpoints: {shop: 'http://127.0.0.1:8080'},
      edges: {},
      workloads: {},
      metrics: {
        kind: 'scrape',
        intervalMs: 250,
        targets: [
          {
            url: 'http://127.0.0.1:8080/metrics',
            labels: {job: 'shop', instance: '127.0.0.1:8080', zone: 'a'},
          },
        ],
      },
      data: {},
    })
  })

  it('has all its problems listed, with places', () => {
    const text = `
nane: staging
endpoints: {shop: shop.staging}
edges:
  order->payment: {proxys: [a]}
  order to cache: {proxy: cache, probe: udp}
workloads: {payment: 3}
metrics: {scrape: {targets: [{url: "http://a", labels: {zone: a}}]}}
`
    expect(() => parseTarget('t.yaml', text)).toThrow(
      [
        't.yaml has 8 problems',
        't.yaml:2:1 name: missing: expected text',
        't.yaml:2:1 unknown key "nane": did you mean "name"?',
        't.yaml:3:19 endpoints.shop: expected an address such as "http://localhost:9090"',
        't.yaml:4:1 edges: edges have proxies, so the address of their API is needed too: "toxiproxy: http://localhost:8474"',
        't.yaml:5:19 edges.order->payment: an edge needs one of "proxy", "proxies": did you mean "proxy" by "proxys"?',
        't.yaml:6:3 edges["order to cache"]: expected an edge such as "order->payment"',
        't.yaml:7:22 workloads.payment: expected the names of its replicas: [catalog-1, catalog-2], or {deployment: catalog}',
        't.yaml:8:56 metrics.scrape.targets[0].labels.job: missing: expected text',
      ].join('\n  '),
    )
  })

  it('is read from disk; one that is not there is a user error', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'target-')), 'staging.yaml')
    await writeFile(path, staging)
    await expect(loadTarget(path)).resolves.toEqual(target)
    await expect(loadTarget(`${path}.not`)).rejects.toMatchObject({name: 'UserError'})
  })
})
