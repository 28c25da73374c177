import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {stateDirectory} from '../../src/system/state-directory.js'
import {connectWorkloads} from '../../src/targets/local.js'
import {
  findReference,
  referenceTopology,
  startReference,
  stopReference,
  upReference,
} from '../../src/targets/reference.js'
import type {Workloads} from '../../src/targets/workloads.js'

// Each deployment is eighteen processes, and the machine may be busy with others.
vi.setConfig({testTimeout: 120_000, hookTimeout: 120_000})

const fixtures = new URL('../../reference/test/fixtures/', import.meta.url)
const serviceEntry = fileURLToPath(new URL('service.mjs', fixtures))

const withoutPorts = (target: Target): unknown =>
  JSON.parse(JSON.stringify(target).replaceAll(/(http:\/\/127\.0\.0\.1):\d+/g, '$1:0'))

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

let state: string
const before = process.env['SHAKEDOWN_STATE']
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'shakedown-targets-'))
  process.env['SHAKEDOWN_STATE'] = state
})
afterAll(async () => {
  if (before === undefined) delete process.env['SHAKEDOWN_STATE']
  else process.env['SHAKEDOWN_STATE'] = before
  await rm(state, {recursive: true, force: true})
})

describe('a reference deployment of our own', () => {
  it('is what the topology says, runs behind our proxies, and is gone after stop', async () => {
    const {target, stop} = await startReference({seed: 7, serviceEntry})
    expect(withoutPorts(target)).toEqual(withoutPorts(await referenceTopology()))
    const version = await (await fetch(`${target.toxiproxy?.url}/version`)).json()
    expect(version).toEqual({version: expect.any(String)})
    expect(await findReference()).toBeUndefined()
    await stop()
    await stop()
    await expect(fetch(target.endpoints['edge'] ?? '')).rejects.toThrow()
  })

  it('says what is wrong when a part does not come up', async () => {
    const start = startReference({seed: 1, serviceEntry, toxiproxyUrl: 'http://127.0.0.1:1'})
    await expect(start).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining('Toxiproxy does not answer at http://127.0.0.1:1'),
      hint: expect.stringContaining('built-in'),
    })
  })

  it('stops starting when it is told to', async () => {
    const reason = new Error('enough')
    const stop = new AbortController()
    const start = startReference({seed: 1, serviceEntry, signal: stop.signal})
    setTimeout(() => stop.abort(reason), 300)
    await expect(start).rejects.toBe(reason)
    await expect(startReference({seed: 1, signal: stop.signal})).rejects.toBe(reason)
  })
})

describe('a reference deployment that is up', () => {
  let target: Target
  let workloads: Workloads
  beforeAll(async () => {
    target = await upReference({seed: 1, serviceEntry})
    workloads = connectWorkloads(target.control?.url ?? '')
  })
  afterAll(async () => {
    await stopReference()
  })

  const replica = async (name: string) => {
    const found = (await workloads.replicas()).find((each) => each.name === name)
    if (!found) throw new Error(`no ${name}`)
    return found
  }

  it('is found, and is the only one', async () => {
    expect(await findReference()).toEqual(target)
    const again = upReference({seed: 1, serviceEntry})
    await expect(again).rejects.toMatchObject({
      message: expect.stringContaining('already up'),
      hint: expect.stringContaining(join(state, 'reference-logs', 'supervisor.log')),
    })
  })

  it('kills a replica and waits until it is back under another pid', async () => {
    const {pid, restarts} = await replica('catalog-2')
    await workloads.signal('catalog-2', 'SIGKILL', pid)
    await workloads.untilReady('catalog-2', 30_000)
    expect((await replica('catalog-2')).restarts).toBe(restarts + 1)
    expect(isRunning(pid)).toBe(false)
    await expect(workloads.signal('catalog-2', 'SIGKILL', pid)).rejects.toThrow(`now, not ${pid}`)
    expect((await replica('catalog-2')).state).toBe('ready')
  })

  it('freezes a replica: untilReady gives up in time, and a stop of waiting is heard', async () => {
    await workloads.signal('order-1', 'SIGSTOP')
    try {
      while ((await replica('order-1')).state === 'ready')
        await new Promise((resolve) => setTimeout(resolve, 50))
      await expect(workloads.untilReady('order-1', 300)).rejects.toThrow('order-1 is not-ready after 300 ms')
      const signal = AbortSignal.timeout(200)
      await expect(workloads.untilReady('order-1', 60_000, signal)).rejects.toThrow()
    } finally {
      await workloads.signal('order-1', 'SIGCONT')
    }
    await workloads.untilReady('order-1', 30_000)
  })

  it('keeps a replica down', async () => {
    await workloads.setRespawn('inventory-2', false)
    await workloads.signal('inventory-2', 'SIGTERM')
    while ((await replica('inventory-2')).pid !== 0) await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(workloads.signal('inventory-2', 'SIGTERM')).rejects.toThrow('inventory-2 is not running')
    await workloads.setRespawn('inventory-2', true)
    await workloads.untilReady('inventory-2', 30_000)
  })

  it('reads and sets switches, and passes on why one is refused', async () => {
    await workloads.setSwitches({'order.breaker': 'off'})
    expect(await workloads.switches()).toMatchObject({'order.breaker': false, 'gateway.breaker': true})
    await workloads.setSwitches({'order.breaker': true})
    await expect(workloads.setSwitches({'order.braker': true})).rejects.toThrow(
      'There is no switch order.braker',
    )
  })

  it('names the replicas there are when asked for another', async () => {
    await expect(workloads.signal('order-9', 'SIGTERM')).rejects.toMatchObject({
      message: 'There is no replica order-9',
      hint: expect.stringContaining('order-2'),
    })
  })

  it('is stopped once, and does not answer afterwards', async () => {
    expect(await stopReference()).toBe(true)
    expect(await stopReference()).toBe(false)
    expect(await findReference()).toBeUndefined()
    await expect(workloads.replicas()).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining('does not answer'),
    })
  })
})

describe('the state directory', () => {
  it.each([
    [{SHAKEDOWN_STATE: '/a', XDG_STATE_HOME: '/b'}, /^\/a$/],
    [{XDG_STATE_HOME: '/b'}, /^\/b\/shakedown$/],
    [{}, /\/\.local\/state\/shakedown$/],
    [{SHAKEDOWN_STATE: '', XDG_STATE_HOME: ''}, /\/\.local\/state\/shakedown$/],
  ])('with %j is %s', (env, path) => {
    expect(stateDirectory(env)).toMatch(path)
  })
})
