import {setTimeout as delay} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import type {PressureReading} from '../src/supervisor/pressures.js'
import {
  ask,
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

let launched: Launched
beforeAll(async () => {
  launched = await launch()
})
afterAll(async () => {
  await finish(launched)
  await removeFolders()
})

const read = async (replica: string): Promise<PressureReading> =>
  (await ask(launched, `/replicas/${replica}/pressure`)).body as PressureReading // The control API's own shape.

const press = async (replica: string, holder: string, pressure: Record<string, number>) =>
  await ask(launched, `/replicas/${replica}/pressure/${holder}`, 'PUT', {
    pid: (await findProcess(launched, replica)).pid,
    ...pressure,
  })

const release = (replica: string, holder: string) =>
  ask(launched, `/replicas/${replica}/pressure/${holder}`, 'DELETE')

/** The share of a second for which the process was stopped. */
const stoppedShare = async (replica: string, forMs = 1500): Promise<number> => {
  const first = await read(replica)
  await delay(forMs)
  const last = await read(replica)
  return (last.stoppedMs - first.stoppedMs) / (last.atMs - first.atMs)
}

/** That share, between these two bounds unless the machine was busy three times in a row. */
const stoppedShareWithin = async (replica: string, low: number, high: number): Promise<number> => {
  let share = await stoppedShare(replica)
  for (let tries = 1; tries < 3 && (share <= low || share >= high); tries++)
    share = await stoppedShare(replica)
  return share
}

/** The share of looks at which the kernel says that the process is stopped. */
const seenStopped = async (replica: string): Promise<number> => {
  const looks = 30
  let stopped = 0
  for (let look = 0; look < looks; look++) {
    if ((await read(replica)).stopped) stopped++
    await delay(23)
  }
  return stopped / looks
}

describe('CPU pressure on a replica', () => {
  it('stops its process for the share asked, as counted and as the kernel says, and lets go at once', async () => {
    expect(await seenStopped('catalog-1')).toBe(0)
    const answer = await press('catalog-1', 'run_f1', {cpu: 0.8})
    expect(answer).toMatchObject({status: 200, body: {holders: ['run_f1']}})
    const share = await stoppedShareWithin('catalog-1', 0.7, 0.9)
    expect(share).toBeGreaterThan(0.7)
    expect(share).toBeLessThan(0.9)
    expect(await seenStopped('catalog-1')).toBeGreaterThan(0.6)
    expect((await findProcess(launched, 'catalog-1')).restarts).toBe(0)
    const released = await release('catalog-1', 'run_f1')
    expect(released.body).toMatchObject({holders: [], stopped: false})
    expect(await seenStopped('catalog-1')).toBe(0)
  })

  it('follows a change, and adds up what several ask for', async () => {
    await press('catalog-1', 'run_f1', {cpu: 0.5})
    await press('catalog-1', 'run_f2', {cpu: 0.6})
    expect(await stoppedShareWithin('catalog-1', 0.7, 1)).toBeGreaterThan(0.7)
    await press('catalog-1', 'run_f2', {cpu: 0})
    const share = await stoppedShareWithin('catalog-1', 0.4, 0.62)
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.62)
    await release('catalog-1', 'run_f2')
    await release('catalog-1', 'run_f1')
    expect(await stoppedShare('catalog-1', 300)).toBe(0)
  })

  it('leaves a process alone that is frozen, until it may run on', async () => {
    const {pid} = await findProcess(launched, 'gateway-1')
    await press('gateway-1', 'run_f1', {cpu: 0.5})
    const send = (signal: string) => ask(launched, '/replicas/gateway-1/signal', 'POST', {pid, signal})
    expect((await send('SIGSTOP')).status).toBe(200)
    await delay(250)
    expect(await seenStopped('gateway-1')).toBe(1)
    await release('gateway-1', 'run_f1')
    expect(await seenStopped('gateway-1')).toBe(1)
    await press('gateway-1', 'run_f1', {cpu: 0.5})
    await send('SIGCONT')
    expect(await seenStopped('gateway-1')).toBeLessThan(0.9)
    await release('gateway-1', 'run_f1')
    expect(await seenStopped('gateway-1')).toBe(0)
  })

  it('ends with the process: its successor runs all the time, and a release finds nothing to do', async () => {
    const before = await findProcess(launched, 'catalog-2')
    await press('catalog-2', 'run_f1', {cpu: 0.9, memoryBytes: 64e6})
    process.kill(before.pid, 'SIGKILL')
    await untilBack(launched, before)
    expect(await read('catalog-2')).toMatchObject({holders: [], stoppedMs: 0, heldBytes: 0})
    expect(await seenStopped('catalog-2')).toBe(0)
    expect(await release('catalog-2', 'run_f1')).toMatchObject({status: 200})
    const late = {pid: before.pid, cpu: 0.5}
    expect(await ask(launched, '/replicas/catalog-2/pressure/run_f1', 'PUT', late)).toMatchObject({
      status: 409,
      body: {error: expect.stringContaining(`now, not ${before.pid}: it was started again`)},
    })
  })
})

describe('memory pressure on a replica', () => {
  const amount = 128e6

  it('has its process hold so much more, resident, and gives it back at once', async () => {
    const before = await read('order-1')
    await press('order-1', 'run_f1', {memoryBytes: amount})
    const under = await read('order-1')
    expect(under.heldBytes).toBe(amount)
    expect(under.rssBytes - before.rssBytes).toBeGreaterThan(amount * 0.8)
    await press('order-1', 'run_f1', {memoryBytes: amount / 2})
    const half = await read('order-1')
    expect(half.heldBytes).toBe(amount / 2)
    expect(under.rssBytes - half.rssBytes).toBeGreaterThan(amount * 0.4)
    await release('order-1', 'run_f1')
    await release('order-1', 'run_f1')
    const after = await read('order-1')
    expect(after.heldBytes).toBe(0)
    expect(after.rssBytes - before.rssBytes).toBeLessThan(amount * 0.2)
  })

  it('adds up what several hold, and releases each by itself', async () => {
    await Promise.all([
      press('order-1', 'run_f1', {memoryBytes: 20e6}),
      press('order-1', 'run_f2', {memoryBytes: 30e6}),
    ])
    expect((await read('order-1')).heldBytes).toBe(50e6)
    await release('order-1', 'run_f1')
    expect((await read('order-1')).heldBytes).toBe(30e6)
    await release('order-1', 'run_f2')
  })

  it('refuses what the machine does not have', async () => {
    const answer = await press('order-1', 'run_f1', {memoryBytes: 1e15})
    expect(answer).toMatchObject({
      status: 409,
      body: {
        error: expect.stringMatching(/^order-1 cannot hold 1000000000 MB more: this machine has \d+ MB/),
      },
    })
    expect(await read('order-1')).toMatchObject({holders: [], heldBytes: 0})
  })

  it('is given back by a frozen process as soon as it may run on', async () => {
    const {pid} = await findProcess(launched, 'order-2')
    const send = (signal: string) => ask(launched, '/replicas/order-2/signal', 'POST', {pid, signal})
    await press('order-2', 'run_f1', {memoryBytes: 32e6})
    await send('SIGSTOP')
    const refused = await release('order-2', 'run_f1')
    expect(refused).toMatchObject({status: 409, body: {error: expect.stringContaining('order-2 is frozen')}})
    await until('not ready', async () => (await findProcess(launched, 'order-2')).state === 'not-ready')
    await send('SIGCONT')
    await until('given back', async () => (await read('order-2')).heldBytes === 0)
  })
})

describe('the control API of one replica', () => {
  it.each([
    ['PUT', 'pressure/h', {cpu: 0.5}, 400],
    ['PUT', 'pressure/h', {pid: 1, cpu: 1}, 400],
    ['PUT', 'pressure/h', {pid: 1, cpu: -0.1}, 400],
    ['PUT', 'pressure/h', {pid: 1, cpu: 'half'}, 400],
    ['PUT', 'pressure/h', {pid: 1, memoryBytes: 1.5}, 400],
    ['PUT', 'pressure/h', {pid: 1, cpu: 0.5}, 409],
    ['PUT', 'pressure/h', undefined, 400],
    ['PUT', 'pressure/a%2Fb', {pid: 1}, 404],
    ['POST', 'signal', {pid: 1, signal: 'SIGKILL'}, 409],
    ['POST', 'signal', {pid: 1, signal: 'SIGUSR1'}, 400],
    ['POST', 'signal', {signal: 'SIGKILL'}, 400],
    ['GET', 'weather', undefined, 404],
  ])('%s %s %j is refused with %i', async (method, path, body, status) => {
    const answer = await ask(launched, `/replicas/inventory-1/${path}`, method, body)
    expect(answer).toMatchObject({status, body: {error: expect.any(String)}})
    expect((await findProcess(launched, 'inventory-1')).restarts).toBe(0)
  })

  it('knows replicas only, not databases', async () => {
    expect((await ask(launched, '/replicas/order-db/pressure')).status).toBe(404)
  })
})

describe('a supervisor that is killed with a replica under pressure', () => {
  it('leaves nothing stopped behind: its guardian ends all', async () => {
    const doomed = await launch()
    const {pid} = await findProcess(doomed, 'gateway-1')
    const body = {pid, cpu: 0.99}
    await ask(doomed, '/replicas/gateway-1/pressure/run_f1', 'PUT', body)
    const pids = (await processes(doomed)).map((each) => each.pid)
    expect(targetOf(doomed).name).toBe('reference')
    doomed.supervisor.kill('SIGKILL')
    await until('all processes gone', () => !pids.some(isRunning), 5000)
  })
})
