import {readdirSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {describeTopology} from '../src/topology.js'
import {
  ask,
  exited,
  findProcess,
  finish,
  isRunning,
  type Launched,
  launch,
  processes,
  removeFolders,
  targetOf,
  until,
  untilBack,
} from './launch.js'

// Each deployment is eighteen processes, and the machine may be busy with others.
vi.setConfig({testTimeout: 120_000, hookTimeout: 120_000})

const withoutPorts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/(http:\/\/127\.0\.0\.1):\d+/g, '$1:0'))

describe('a running deployment', () => {
  let launched: Launched
  beforeAll(async () => {
    launched = await launch()
  })
  afterAll(async () => {
    await finish(launched)
    await removeFolders()
  })

  it('describes itself as the static topology does, with real ports', () => {
    const target = targetOf(launched)
    expect(withoutPorts(target)).toEqual(describeTopology())
    expect(JSON.stringify(target)).not.toContain(':0/')
  })

  it('tells each service its callees and its database through proxies', async () => {
    const url = targetOf(launched).metrics.targets.find(({labels}) => labels['instance'] === 'order-2')?.url
    const config = JSON.parse(await (await fetch(new URL('/config', url))).text())
    expect(config).toMatchObject({
      service: 'order',
      replica: 'order-2',
      upstreams: {
        inventory: [{replica: 'inventory-1'}, {replica: 'inventory-2'}],
        payment: [{replica: 'payment-1'}],
      },
      seed: 1,
    })
    expect(Object.keys(config.upstreams)).toHaveLength(2)
    const answer = await (await fetch(`${config.upstreams.payment[0].url}/livez`)).json()
    expect(answer).toEqual({service: 'payment', replica: 'payment-1'})
    expect(new URL(config.databaseUrl).port).not.toBe(config.port)
  })

  it.each(['catalog-1', 'order-db', 'proxy-server'])('brings a killed %s back', async (name) => {
    const before = await findProcess(launched, name)
    process.kill(before.pid, 'SIGKILL')
    await untilBack(launched, before)
    expect((await findProcess(launched, name)).restarts).toBe(before.restarts + 1)
  })

  it('has its proxies again after the proxy server died', async () => {
    const answer = await fetch(`${targetOf(launched).toxiproxy?.url}/proxies`)
    expect(Object.keys(Object(await answer.json()))).toHaveLength(14)
  })

  it('calls a frozen replica not ready, does not restart it, and sees it come back', async () => {
    const {pid} = await findProcess(launched, 'gateway-2')
    process.kill(pid, 'SIGSTOP')
    await until('not ready', async () => (await findProcess(launched, 'gateway-2')).state === 'not-ready')
    process.kill(pid, 'SIGCONT')
    await until('ready', async () => (await findProcess(launched, 'gateway-2')).state === 'ready')
    expect(await findProcess(launched, 'gateway-2')).toMatchObject({pid, restarts: 0})
  })

  it('keeps a replica down while it must not respawn, and starts it at once after', async () => {
    const before = await findProcess(launched, 'inventory-1')
    await ask(launched, '/replicas/inventory-1', 'PATCH', {respawn: false})
    process.kill(before.pid, 'SIGKILL')
    await until('down', async () => (await findProcess(launched, 'inventory-1')).state === 'stopped')
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(await findProcess(launched, 'inventory-1')).toMatchObject({pid: 0, state: 'stopped'})
    const back = await ask(launched, '/replicas/inventory-1', 'PATCH', {respawn: true})
    expect(back.body).toMatchObject({state: 'starting', workload: 'inventory'})
    await untilBack(launched, before)
  })

  it('answers for replicas it does not have, bad bodies and web pages', async () => {
    expect((await ask(launched, '/replicas/order-9', 'PATCH', {respawn: true})).status).toBe(404)
    expect((await ask(launched, '/replicas/order-db', 'PATCH', {respawn: true})).status).toBe(404)
    expect((await ask(launched, '/replicas/order-1', 'PATCH', {respawn: 'yes'})).status).toBe(400)
    const stop = `${targetOf(launched).control?.url}/stop`
    expect((await fetch(stop, {method: 'POST', headers: {origin: 'http://example.com'}})).status).toBe(403)
  })

  it('offers the scraped targets to a Prometheus, with the same labels', async () => {
    const {body} = await ask(launched, '/sd')
    const scraped = targetOf(launched).metrics.targets
    expect(body).toEqual(scraped.map(({url, labels}) => ({targets: [new URL(url).host], labels})))
  })

  it('forks another guardian when it dies', async () => {
    const before = await findProcess(launched, 'guardian')
    process.kill(before.pid, 'SIGKILL')
    await untilBack(launched, before)
  })
})

describe('the end of a deployment', () => {
  afterAll(removeFolders)

  const everyPid = async (launched: Launched): Promise<number[]> =>
    (await processes(launched)).map(({pid}) => pid)

  const expectNothingLeft = async (launched: Launched, pids: number[]): Promise<void> => {
    await until('all processes gone', () => !pids.some(isRunning))
    const left = () => readdirSync(launched.temp).filter((name) => name.startsWith('shakedown-reference-'))
    await until('its directory gone', () => left().length === 0)
  }

  it('leaves nothing when its owner has gone', async () => {
    const launched = await launch()
    const pids = await everyPid(launched)
    expect(pids).toHaveLength(18)
    await finish(launched)
    expect(launched.supervisor.exitCode).toBe(0)
    await expectNothingLeft(launched, pids)
  })

  it('leaves nothing when the supervisor is killed, not even a frozen replica and a frozen database', async () => {
    const launched = await launch()
    const guardian = await findProcess(launched, 'guardian')
    process.kill(guardian.pid, 'SIGKILL')
    await untilBack(launched, guardian)
    const pids = await everyPid(launched)
    expect(pids).not.toContain(guardian.pid)
    for (const name of ['order-1', 'order-db'])
      process.kill((await findProcess(launched, name)).pid, 'SIGSTOP')
    launched.supervisor.kill('SIGKILL')
    await expectNothingLeft(launched, pids)
  })

  it('is told by the next start when supervisor and guardian were killed together', async () => {
    const launched = await launch()
    const pids = await everyPid(launched)
    const database = await findProcess(launched, 'order-db')
    const frozen = await findProcess(launched, 'gateway-1')
    process.kill(frozen.pid, 'SIGSTOP')
    process.kill((await findProcess(launched, 'guardian')).pid, 'SIGKILL')
    launched.supervisor.kill('SIGKILL')
    await exited(launched.supervisor)
    expect([database.pid, frozen.pid].map(isRunning)).toEqual([true, true])
    const next = await launch({}, launched.temp)
    await until('the orphans gone', () => !pids.some(isRunning))
    await finish(next)
    await expectNothingLeft(next, [])
  })
})
