import {describe, expect, it} from 'vitest'

const tool = (path: string) => import(new URL(`../../../tools/kubernetes/${path}`, import.meta.url).href)
const {removal} = await tool('network.mjs')
const {identify, runs} = await tool('processes.mjs')
const {readSamples, usage} = await tool('metrics-server/samples.mjs')

describe('what takes the cluster’s rules out of the firewall', () => {
  const saved = `*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-A - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A PREROUTING -j DOCKER
-A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-A
COMMIT
`

  it('removes jumps first, then chains, and nothing of anybody else', () => {
    expect(removal('nat', saved).split('\n')).toEqual([
      '*nat',
      ':KUBE-SERVICES - [0:0]',
      ':KUBE-SVC-A - [0:0]',
      '-D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-X KUBE-SERVICES',
      '-X KUBE-SVC-A',
      'COMMIT',
      '',
    ])
  })

  it('says nothing where there is nothing of ours', () => {
    expect(removal('nat', '*nat\n:DOCKER - [0:0]\n-A PREROUTING -j DOCKER\nCOMMIT\n')).toBeUndefined()
  })
})

it('takes a process for another one when it started at another time', () => {
  const self = identify(process.pid)
  expect(runs(self)).toBe(true)
  expect(runs({...self, started: '1'})).toBe(false)
  expect(runs({pid: 2 ** 22 + 1, started: self.started})).toBe(false)
})

describe('what the metrics server makes of the kubelet’s readings', () => {
  const reading = (cpu: number, at: number) =>
    readSamples(`# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{container="web",namespace="shop",pod="web-1"} ${cpu} ${at}
container_memory_working_set_bytes{container="web",namespace="shop",pod="web-1"} 1.048576e+06 ${at}
node_cpu_usage_seconds_total 100 ${at}
node_memory_working_set_bytes 2e+09 ${at}
scrape_error 0
`)
  const key = 'shop/web-1/web'
  const first = usage(new Map(), reading(1, 10_000))

  it('knows no rate after one reading, and none after a restart', () => {
    expect(first.get(key).cores).toBeUndefined()
    expect(usage(first, reading(0.1, 20_000)).get(key).cores).toBeUndefined()
  })

  it('divides CPU time by the time between two different samples, and keeps that until the next', () => {
    const second = usage(first, reading(3.5, 20_000))
    expect(second.get(key)).toMatchObject({cores: 0.25, seconds: 10, sample: {memory: 1_048_576}})
    expect(usage(second, reading(3.5, 20_000)).get(key).cores).toBe(0.25)
  })
})
