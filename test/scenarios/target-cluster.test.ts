import {describe, expect, it} from 'vitest'
import {parseTarget} from '../../src/scenarios/load-target.js'
import {parseUserConfig} from '../../src/scenarios/user-config.js'

const file = `
name: shop
kubernetes: {context: kind-shop, namespace: shop}
endpoints:
  gateway: {service: gateway, port: 80, by: service-proxy}
  admin: https://admin.example
toxiproxy: {service: toxiproxy, port: 8474}
edges: {order->payment: {proxy: payment}}
workloads:
  gateway: {deployment: gateway}
  orders: {statefulset: orders}
  logs: {daemonset: logs}
  cache: {selector: "app=cache,tier!=test"}
metrics: {prometheus: {service: prometheus, port: 9090, by: port-forward}}
`

describe('a target file of a cluster', () => {
  it('names workloads by kind or selector, and services that are reached through the API server', () => {
    const target = parseTarget('t.yaml', file)
    expect(target).toMatchObject({
      endpoints: {gateway: 'http://gateway.shop.svc:80', admin: 'https://admin.example'},
      toxiproxy: {url: 'http://toxiproxy.shop.svc:8474'},
      workloads: {
        gateway: {replicas: [], object: {kind: 'Deployment', name: 'gateway'}},
        orders: {object: {kind: 'StatefulSet', name: 'orders'}},
        logs: {object: {kind: 'DaemonSet', name: 'logs'}},
        cache: {object: {kind: 'selector', selector: 'app=cache,tier!=test'}},
      },
      metrics: {kind: 'prometheus', url: 'http://prometheus.shop.svc:9090'},
    })
    expect(target.kubernetes).toEqual({
      context: 'kind-shop',
      namespace: 'shop',
      reach: [
        {address: 'endpoints.gateway', service: 'gateway', port: 80, by: 'service-proxy'},
        {address: 'toxiproxy', service: 'toxiproxy', port: 8474, by: 'port-forward'},
        {address: 'prometheus', service: 'prometheus', port: 9090, by: 'port-forward'},
      ],
    })
  })

  it('may be a target as the program prints it', () => {
    const target = parseTarget('t.yaml', file)
    const printed = {
      ...target,
      workloads: {
        gateway: {replicas: ['gateway-1'], object: {kind: 'Deployment', name: 'gateway'}, pods: []},
      },
    }
    expect(parseTarget('t.json', JSON.stringify(printed))).toEqual({
      ...target,
      workloads: {gateway: {replicas: ['gateway-1'], object: {kind: 'Deployment', name: 'gateway'}}},
    })
  })

  it('has all its problems listed, with places', () => {
    const text = `
name: shop
kubernetes: {namespace: kube-system, contxt: x}
endpoints: {gateway: {service: gateway, port: 0, by: magic}}
workloads: {gateway: {deploymint: gateway}, both: {deployment: a, selector: b}}
metrics: {prometheus: {service: prometheus}}
`
    const message = (() => {
      try {
        parseTarget('t.yaml', text)
        return ''
      } catch (thrown) {
        return thrown instanceof Error ? thrown.message : ''
      }
    })()
    expect(message).toContain('t.yaml:3:25 kubernetes.namespace: nothing is ever broken in kube-system')
    expect(message).toContain('endpoints.gateway.port: must be at least 1, got 0')
    expect(message).toContain(
      'endpoints.gateway.by: expected one of "port-forward", "service-proxy", got "magic"',
    )
    expect(message).toContain('workloads.gateway: a workload needs one of')
    expect(message).toContain('did you mean "deployment" by "deploymint"?')
    expect(message).toContain('workloads.both: a workload takes only one of')
    expect(message).toContain('metrics.prometheus.port: missing: expected a number')
  })

  it('must say which cluster', () => {
    const text = file.replace(/^kubernetes.*$/m, '')
    expect(() => parseTarget('t.yaml', text)).toThrow(
      /endpoints\.gateway: is in a cluster: say which[\s\S]*workloads\.cache: is in a cluster/,
    )
  })
})

describe("a user's config", () => {
  it('lists contexts and their namespaces; an empty one says nothing', () => {
    const text = 'kubernetes: {contexts: [{context: kind-shop, namespaces: [shop]}, {context: lab}]}'
    expect(parseUserConfig('config.yaml', text)).toEqual({
      kubernetes: {contexts: [{context: 'kind-shop', namespaces: ['shop']}, {context: 'lab'}]},
    })
    expect(parseUserConfig('config.yaml', '')).toEqual({kubernetes: {contexts: []}})
  })

  it('has its problems told with places', () => {
    expect(() => parseUserConfig('config.yaml', 'kubernetes:\n  contexts: [{contxt: a}]')).toThrow(
      /config\.yaml:2:\d+ .*unknown key "contxt": did you mean "context"\?/,
    )
  })
})
