import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {journals, newUser, watchdogsOf} from '../../e2e/cli.js'
import {startApiRelay} from './api-relay.js'
import {faultOf, targetOf} from './fault-stage.js'
import {service, webDeployment} from './manifests.js'
import {openPaperNodes, type PaperNodes} from './paper-nodes.js'
import {clusterSuite, type Stage} from './stage.js'
import {damageIn, startShop, untilDamage, writeScenario} from './undo-rig.js'

const needs = {
  images: ['busybox', 'toxiproxy'],
  creates: 'Deployments, a Toxiproxy, nodes on paper, NetworkPolicies',
  rights: ['nodes'] as const,
}
const none = (damage: string[]): boolean => damage.length === 0

const toxiproxy = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: 'toxiproxy'},
  spec: {
    selector: {matchLabels: {app: 'toxiproxy'}},
    template: {
      metadata: {labels: {app: 'toxiproxy'}},
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'toxiproxy',
            image: 'localhost/toxiproxy:1',
            imagePullPolicy: 'Never',
            args: ['-host=0.0.0.0'],
            readinessProbe: {tcpSocket: {port: 8474}, periodSeconds: 1},
          },
        ],
      },
    },
  },
}
const toxiproxyService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'toxiproxy'},
  spec: {selector: {app: 'toxiproxy'}, ports: [{port: 8474}]},
}

clusterSuite('undo across crashes', needs, (staged) => {
  let stage: Stage
  let paper: PaperNodes
  let node: string
  let other: string
  let shop: Awaited<ReturnType<typeof startShop>>

  beforeAll(async () => {
    stage = staged()
    shop = await startShop()
    paper = openPaperNodes(stage)
    await stage.apply(
      webDeployment('web', 2),
      webDeployment('api', 2),
      service('web'),
      toxiproxy,
      toxiproxyService,
    )
    node = await paper.add('one')
    other = await paper.add('two')
    for (const name of ['web', 'api', 'toxiproxy']) await stage.ready(`deployment/${name}`)
    const proxies = `/api/v1/namespaces/${stage.namespace}/services/toxiproxy:8474/proxy/proxies`
    const proxy = {name: 'web', listen: '0.0.0.0:8666', upstream: 'web:80'}
    await stage.kubectl(['create', '--raw', proxies, '-f', '-'], JSON.stringify(proxy))
  })
  afterAll(async () => {
    await paper?.close()
    await shop?.close()
  })

  it('kill -9 of the CLI: its watchdog takes all back within seconds, toxics through a way of its own', async () => {
    const user = newUser()
    const {kubeconfig, context, namespace} = stage
    const path = writeScenario(user, {
      shop: shop.url,
      kubernetes: {kubeconfig, context, namespace},
      faults: [
        {scale: {workload: 'web', to: 1}},
        {'node-cordon': {node}},
        {'network-cut': {to: 'api', probe: false}},
        {'pod-delete': {workload: 'api'}},
        {latency: {edge: 'client->web', delay: '100ms'}},
      ],
    })
    const look = () => damageIn(stage, {node, toxiproxy: true})
    const {child, done} = user.start(['run', path, '--context', context, '--quiet'])
    const damage = await untilDamage(look, (now) => now.length >= 4 || child.exitCode !== null, 90_000)
    if (damage.length < 4) child.kill('SIGINT')
    expect(damage.length < 4 ? {damage, ...(await done)} : damage.sort()).toEqual([
      expect.stringMatching(/^networkpolicy.*cluster-undo/),
      `node ${node} is cordoned`,
      expect.stringMatching(/^toxic .*cluster-undo/),
      'web has 1 replicas',
    ])
    // Another run on the same namespace, of the same user: refused, and nothing is touched.
    const again = writeScenario(user, {
      shop: shop.url,
      kubernetes: {kubeconfig, context, namespace},
      faults: [{'node-cordon': {node: other}}],
    })
    const second = await user.run(['run', again, '--context', context, '--quiet'])
    expect([second.code, second.stderr]).toEqual([4, expect.stringContaining('is in use: run ')])
    const killedMs = performance.now()
    child.kill('SIGKILL')
    await done
    expect(await untilDamage(look, none, 60_000)).toEqual([])
    process.stderr.write(
      `── all taken back ${((performance.now() - killedMs) / 1_000).toFixed(1)} s after kill -9\n`,
    )
    expect(await untilDamage(async () => journals(user), none, 60_000)).toEqual([])
    await stage.ready('deployment/web')
  })

  it('what a run of another state directory left is found by its label, and goes when that run is said to be dead', async () => {
    const target = await targetOf(stage, ['web', 'api'])
    const runId = '20261122-020304-lost-1a2b'
    for (const [name, asked] of [
      ['node-cordon', {node}],
      ['network-cut', {to: 'api', probe: false}],
      ['scale', {workload: 'web', to: 1}],
    ] as const) {
      const one = faultOf(name, asked, target, {runId})
      await one.inject(await one.prepare())
    }
    const user = newUser()
    const {kubeconfig, context, namespace} = stage
    writeScenario(user, {shop: shop.url, kubernetes: {kubeconfig, context, namespace}, faults: []})
    const listed = await user.run(['restore', '--target', 'target.yaml'])
    expect(listed.code, listed.stderr).toBe(5)
    for (const words of [
      `has left cordoned node ${node}`,
      'has left NetworkPolicy',
      'has left deployment web scaled from 2 to 1',
      `--run ${runId}`,
    ])
      expect(listed.stdout).toContain(words)
    expect(await damageIn(stage, {node})).toHaveLength(3)
    const restored = await user.run(['restore', '--target', 'target.yaml', '--run', runId])
    expect([restored.code, restored.stdout.match(/undone: /g)], restored.stderr).toEqual([
      0,
      ['undone: ', 'undone: ', 'undone: '],
    ])
    expect(await damageIn(stage, {node})).toEqual([])
  })

  // Waiting for an API server that stays away takes its time.
  it('the API server is away for 20 s as a run is stopped: all is taken back; for good: exit 5, a list, and restore finishes', async () => {
    const outage = async (faults: object[], on: string, cutWith: number, forMs: number) => {
      const user = newUser()
      const relay = await startApiRelay(stage)
      const path = writeScenario(user, {shop: shop.url, kubernetes: relay.at, faults})
      const look = () => damageIn(stage, {node: on})
      const {child, done} = user.start(['run', path, '--context', 'relay', '--quiet'])
      const mine = async (): Promise<string[]> =>
        (await look()).filter((line) => cutWith > 1 || line.includes(on))
      const before = await untilDamage(
        mine,
        (now) => now.length >= cutWith || child.exitCode !== null,
        90_000,
      )
      relay.be('reset')
      relay.cut()
      child.kill('SIGINT')
      const back = sleep(forMs, undefined, {ref: false}).then(() => relay.be('pass'))
      return {user, relay, before, mine, result: await done, back}
    }
    const faults = [
      {scale: {workload: 'web', to: 1}},
      {'node-cordon': {node}},
      {'network-cut': {to: 'api', probe: false}},
    ]
    const [short, long] = await Promise.all([
      outage(faults, node, 3, 20_000),
      outage([{'node-cordon': {node: other}}], other, 1, 150_000),
    ])
    expect(short.before, short.result.stderr).toHaveLength(3)
    expect([short.result.code, await short.mine()], short.result.stdout + short.result.stderr).toEqual([
      130,
      [],
    ])
    expect(journals(short.user)).toEqual([])
    expect([long.before, long.result.code]).toEqual([[`node ${other} is cordoned`], 5])
    // Lines are broken where the terminal ends.
    expect(long.result.stdout + long.result.stderr).toMatch(
      new RegExp(`kubectl [^&]*uncordon\\s+${other} &&`),
    )
    for (const pid of watchdogsOf(long.user)) process.kill(pid, 'SIGKILL')
    long.relay.be('pass')
    const restored = await long.user.run(['restore'])
    expect([restored.code, restored.stdout]).toEqual([0, expect.stringContaining('undone: node-cordon')])
    expect(await long.mine()).toEqual([])
    await Promise.all([short.relay.close(), long.relay.close()])
  })
})
