import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import type {Aimed, Evidence, Fault, World} from '../../src/faults/fault.js'
import {loadFaults} from '../../src/faults/index.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import type {Json} from '../../src/system/json.js'
import {seededRandom} from '../../src/system/random.js'
import {connectWorkloads} from '../../src/targets/local.js'
import {type StartedReference, startReference} from '../../src/targets/reference.js'
import type {Replica, Workloads} from '../../src/targets/workloads.js'

// A deployment is eighteen processes, and the machine may be busy with others.
vi.setConfig({testTimeout: 60_000, hookTimeout: 120_000})

const serviceEntry = fileURLToPath(new URL('../../reference/test/fixtures/service.mjs', import.meta.url))

let state: string
let deployment: StartedReference
let target: Target
let workloads: Workloads
let faults: Record<string, Fault>
const stateBefore = process.env['SHAKEDOWN_STATE']

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'shakedown-processes-'))
  process.env['SHAKEDOWN_STATE'] = state
  deployment = await startReference({seed: 1, serviceEntry})
  target = deployment.target
  workloads = connectWorkloads(target.control?.url ?? '')
  faults = await loadFaults()
})

afterAll(async () => {
  await deployment.stop()
  if (stateBefore === undefined) delete process.env['SHAKEDOWN_STATE']
  else process.env['SHAKEDOWN_STATE'] = stateBefore
  await rm(state, {recursive: true, force: true})
})

const world = (signal = new AbortController().signal): World => ({
  runId: 'run-1',
  target,
  clock: systemClock,
  signal,
  toxiproxy: () => {
    throw new Error('not needed')
  },
  // Connected anew each time, as another process would.
  cluster: () => {
    throw new Error('there is no cluster here')
  },
  workloads: () => connectWorkloads(target.control?.url ?? ''),
})

const replica = async (name: string): Promise<Replica> => {
  const found = (await workloads.replicas()).find((each) => each.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

/** A fault with its options, aimed; the fault lasts 20 s unless the test says otherwise. */
const plan = (name: string, given: Record<string, Json>, lastsMs = 20_000): [Fault, Aimed<Json>] => {
  const fault = faults[name]
  if (!fault) throw new Error(`no fault ${name}`)
  const options = fault.options.parse(given)
  const aim = fault.aim(options, target, seededRandom(1))
  return [fault, {id: 'f1', fault: name, options, startMs: 0, endMs: lastsMs, aim}]
}

/** The inverse travels through a file: another process may have to undo. */
const throughAFile = (inverse: Json): Json => JSON.parse(JSON.stringify(inverse))

/** Injects, looks, undoes twice; whatever happens, it is undone. */
const live = async (
  [fault, planned]: [Fault, Aimed<Json>],
  during: (inverse: Json, look: (level?: number) => Promise<Evidence>) => Promise<void>,
  {prepared}: {prepared?: (inverse: Json) => Promise<void>} = {},
): Promise<void> => {
  const inverse = await fault.prepare(planned, world())
  await prepared?.(inverse)
  const look = (level = 1) => fault.observe(planned, inverse, world(), {level})
  try {
    await fault.inject(planned, inverse, world())
    await during(inverse, look)
  } finally {
    await fault.undo(throughAFile(inverse), world())
    await fault.undo(throughAFile(inverse), world())
  }
}

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: never`)
    await delay(50)
  }
}

describe.each(['kill', 'terminate'])('%s', (name) => {
  it('ends both replicas, which come back as other processes', async () => {
    const before = await Promise.all(['catalog-1', 'catalog-2'].map(replica))
    await live(plan(name, {workload: 'catalog', percent: '100%'}), async (_, look) => {
      const evidence = await look()
      expect(evidence).toMatchObject({bit: 'yes', numbers: {asked: 2, hit: 2}})
      expect(evidence.observations[0]).toMatch(
        new RegExp(`^catalog-1: process ${before[0]?.pid} is gone(, now \\d+ \\(\\S+\\))?$`),
      )
    })
    for (const {name: each, pid} of before) {
      const now = await replica(each)
      expect(now.state).toBe('ready')
      expect(now.pid).not.toBe(pid)
    }
  })

  it('keeps a replica down with respawn: never, and says when somebody started it all the same', async () => {
    await live(
      plan(name, {workload: 'inventory', replica: 'inventory-1', respawn: 'never'}),
      async (_, look) => {
        expect(await look()).toMatchObject({bit: 'yes'})
        await delay(400)
        expect(await replica('inventory-1')).toMatchObject({pid: 0, state: 'stopped'})
        await workloads.setRespawn('inventory-1', true)
        await until('back', async () => (await replica('inventory-1')).pid !== 0)
        expect(await look()).toMatchObject({
          bit: 'no',
          observations: [expect.stringMatching(/is gone, but \d+ runs instead of nothing/)],
        })
      },
    )
    expect((await replica('inventory-1')).state).toBe('ready')
  })

  it('shows that nothing was hit when the replica was down before', async () => {
    await workloads.setRespawn('inventory-2', false)
    await workloads.signal('inventory-2', 'SIGKILL')
    await live(plan(name, {workload: 'inventory', replica: 'inventory-2'}), async (_, look) => {
      expect(await look()).toMatchObject({
        bit: 'no',
        observations: ['inventory-2: was not running when the fault began'],
      })
    })
    // It was down before, so it is left so.
    expect(await replica('inventory-2')).toMatchObject({pid: 0})
    await workloads.setRespawn('inventory-2', true)
    await workloads.untilReady('inventory-2', 30_000)
  })
})

describe('one by one', () => {
  it('kills the next only when the one before is ready again', async () => {
    const before = await Promise.all(['order-1', 'order-2'].map(replica))
    let mostDown = 0
    const watch = new AbortController()
    const watching = (async () => {
      while (!watch.signal.aborted) {
        const down = (await workloads.replicas()).filter(
          ({workload, pid, state}) => workload === 'order' && (pid === 0 || state === 'starting'),
        )
        mostDown = Math.max(mostDown, down.length)
        await delay(15)
      }
    })()
    await live(plan('kill', {workload: 'order', count: 2, order: 'one-by-one'}), async (_, look) => {
      expect(await look()).toMatchObject({bit: 'yes', numbers: {hit: 2}})
    })
    watch.abort()
    await watching
    expect(mostDown).toBe(1)
    const [first, second] = await Promise.all(['order-1', 'order-2'].map(replica))
    expect(second?.startedAt ?? 0).toBeGreaterThan(first?.startedAt ?? 0)
    expect([first?.pid, second?.pid]).not.toContain(before[0]?.pid)
    expect([first?.pid, second?.pid]).not.toContain(before[1]?.pid)
  })

  it('hits at fixed distances with `every`', async () => {
    const turn = {order: 'one-by-one', every: '1s'}
    await live(plan('freeze', {workload: 'order', count: 2, ...turn}), async (_, look) => {
      expect(await look()).toMatchObject({bit: 'yes', numbers: {hit: 2}})
    })
    const apart = {...turn, every: '4s'}
    const [fault, planned] = plan('kill', {workload: 'order', count: 2, respawn: 'never', ...apart})
    const inverse = await fault.prepare(planned, world())
    const began = performance.now()
    const notes: string[] = []
    const injected = fault.inject(planned, inverse, {...world(), note: (message) => notes.push(message)})
    await until('the first is gone', async () => (await replica('order-1')).pid === 0)
    expect((await replica('order-2')).pid).not.toBe(0)
    expect(notes).toEqual(['f1 hit order-1, 1 of 2'])
    await injected
    expect(notes).toEqual(['f1 hit order-1, 1 of 2', 'f1 hit order-2, 2 of 2'])
    expect(performance.now() - began).toBeGreaterThan(3_950)
    expect((await replica('order-2')).pid).toBe(0)
    await fault.undo(throughAFile(inverse), world())
    for (const name of ['order-1', 'order-2']) expect((await replica(name)).state).toBe('ready')
  })

  it('hears a stop at once, and undoes what it had hit', async () => {
    const stop = new AbortController()
    const turn = {order: 'one-by-one', every: '60s'}
    const [fault, planned] = plan('freeze', {workload: 'order', count: 2, ...turn})
    const inverse = await fault.prepare(planned, world())
    const began = performance.now()
    setTimeout(() => stop.abort(new Error('enough')), 1_000)
    await expect(fault.inject(planned, inverse, world(stop.signal))).rejects.toThrow()
    expect(performance.now() - began).toBeLessThan(20_000)
    expect(await workloads.pressure('order-1')).toMatchObject({stopped: true})
    expect(await workloads.pressure('order-2')).toMatchObject({stopped: false})
    await fault.undo(throughAFile(inverse), world())
    expect(await workloads.pressure('order-1')).toMatchObject({stopped: false})
    expect((await replica('order-1')).state).toBe('ready')
  })

  it('stops waiting when its time is over, and shows who was not reached', async () => {
    await workloads.setRespawn('order-1', false)
    try {
      const planned = plan('kill', {workload: 'order', count: 2, order: 'one-by-one'}, 1_000)
      const inverse = await planned[0].prepare(planned[1], world())
      await planned[0].inject(planned[1], inverse, world())
      expect(await planned[0].observe(planned[1], inverse, world(), {level: 1})).toMatchObject({
        bit: 'no',
        observations: [
          expect.stringMatching(/^order-1: process \d+ is gone$/),
          expect.stringMatching(/^order-2: process \d+ still runs \(ready\)$/),
        ],
      })
    } finally {
      await workloads.setRespawn('order-1', true)
    }
    await workloads.untilReady('order-1', 30_000)
  })
})

describe('freeze', () => {
  it('stops the process as the kernel says, and lets it run on', async () => {
    const before = await replica('gateway-1')
    await live(plan('freeze', {workload: 'gateway', replica: 'gateway-1'}), async (_, look) => {
      expect(await look()).toMatchObject({
        bit: 'yes',
        observations: [expect.stringMatching(new RegExp(`^gateway-1: process ${before.pid} is stopped`))],
      })
    })
    expect(await replica('gateway-1')).toMatchObject({pid: before.pid, state: 'ready'})
  })

  it('shows that it did not bite when somebody let the process run on, or started it again', async () => {
    const before = await replica('gateway-1')
    await live(plan('freeze', {workload: 'gateway', replica: 'gateway-1'}), async (_, look) => {
      process.kill(before.pid, 'SIGCONT')
      expect(await look()).toMatchObject({
        bit: 'no',
        observations: [expect.stringContaining(`process ${before.pid} is not stopped`)],
      })
      process.kill(before.pid, 'SIGKILL')
      await until('another', async () => ![0, before.pid].includes((await replica('gateway-1')).pid))
      expect(await look()).toMatchObject({
        bit: 'no',
        observations: [expect.stringContaining('which nobody froze')],
      })
    })
  })

  it('leaves a process alone that took the place of the one it was meant for', async () => {
    const {pid} = await replica('gateway-1')
    const restart = async (): Promise<void> => {
      await workloads.signal('gateway-1', 'SIGKILL', pid)
      await workloads.untilReady('gateway-1', 30_000)
    }
    await live(
      plan('freeze', {workload: 'gateway', replica: 'gateway-1'}),
      async (_, look) => {
        expect(await workloads.pressure('gateway-1')).toMatchObject({stopped: false})
        expect(await look()).toMatchObject({bit: 'no'})
      },
      {prepared: restart},
    )
  })
})

describe('cpu', () => {
  it('takes the share asked: counted, seen by a probe, followed when it changes, given back', async () => {
    const [fault, planned] = plan('cpu', {workload: 'payment', take: '80%'})
    await live([fault, planned], async (inverse, look) => {
      const full = await look()
      expect(full).toMatchObject({bit: 'yes', numbers: {hit: 1}})
      expect(full.observations[0]).toMatch(
        /^payment-1: process \d+ was stopped for \d+ % of the time, used \d+ % of a CPU; a probe took/,
      )
      expect(full.numbers['payment-1 stopped share']).toBeGreaterThan(0.6)
      await fault.adjust?.(planned, inverse, 0.25, world())
      const probeMs = ({numbers}: Evidence): number => numbers['payment-1 probe ms'] ?? 0
      const isAsAsked = (evidence: Evidence): boolean =>
        (evidence.numbers['payment-1 stopped share'] ?? 1) < 0.4 && probeMs(evidence) < probeMs(full)
      let quarter = await look(0.25)
      // A probe, and a signal, may come late once.
      for (let tries = 1; tries < 3 && !isAsAsked(quarter); tries++) quarter = await look(0.25)
      expect(quarter.numbers['payment-1 stopped share']).toBeGreaterThan(0.1)
      expect(quarter.numbers['payment-1 stopped share']).toBeLessThan(0.4)
      expect(probeMs(full)).toBeGreaterThan(probeMs(quarter))
      // So little is not what the fault asks for.
      expect(await look(1)).toMatchObject({bit: 'no'})
      await fault.adjust?.(planned, inverse, 0, world())
      expect(await look(0)).toMatchObject({bit: 'unknown'})
    })
    expect(await workloads.pressure('payment-1')).toMatchObject({holders: [], stopped: false})
  })

  it('begins as strong as its first level says', async () => {
    const [fault, planned] = plan('cpu', {workload: 'payment', take: '80%'})
    const weak = {...planned, levels: [{atMs: 0, level: 0}]}
    const inverse = await fault.prepare(weak, world())
    await fault.inject(weak, inverse, world())
    const evidence = await fault.observe(weak, inverse, world(), {level: 0})
    expect(evidence.numbers['payment-1 stopped share']).toBe(0)
    await fault.undo(inverse, world())
  })

  it('shows that it does not bite when the replica was started again, which is under no pressure', async () => {
    await live(plan('cpu', {workload: 'payment', take: '80%'}), async (inverse, look) => {
      const {pid} = await replica('payment-1')
      await workloads.signal('payment-1', 'SIGKILL', pid)
      await workloads.untilReady('payment-1', 30_000)
      expect(await look()).toMatchObject({
        bit: 'no',
        observations: [expect.stringMatching(/was started again as \d+, under no pressure/)],
      })
      const [fault, planned] = plan('cpu', {workload: 'payment', take: '80%'})
      await fault.adjust?.(planned, inverse, 0.5, world())
      expect(await workloads.pressure('payment-1')).toMatchObject({holders: []})
    })
  })

  it('leaves what another run asks for', async () => {
    const {pid} = await replica('payment-1')
    await workloads.press('payment-1', 'run-2_f1', {cpu: 0.3}, pid)
    await live(plan('cpu', {workload: 'payment', take: '50%'}), async () => {
      expect((await workloads.pressure('payment-1')).holders.sort()).toEqual(['run-1_f1', 'run-2_f1'])
    })
    expect((await workloads.pressure('payment-1')).holders).toEqual(['run-2_f1'])
    await workloads.release('payment-1', 'run-2_f1')
  })
})

describe('memory', () => {
  it('has the process hold so much, grown by it as the kernel says, more or less with its strength', async () => {
    const [fault, planned] = plan('memory', {workload: 'psp', amount: '100MB'})
    const before = await workloads.pressure('psp-1')
    await live([fault, planned], async (inverse, look) => {
      const full = await look()
      expect(full).toMatchObject({bit: 'yes', numbers: {'psp-1 held MB': 100}})
      expect(full.observations[0]).toMatch(
        /^psp-1: process \d+ holds 100 MB; \d+ MB are resident \(\d+ MB before\)$/,
      )
      await fault.adjust?.(planned, inverse, 0.5, world())
      expect(await look(0.5)).toMatchObject({bit: 'yes', numbers: {'psp-1 held MB': 50}})
      expect(await look(1)).toMatchObject({
        bit: 'no',
        observations: [expect.stringContaining('asked for 100 MB')],
      })
      await fault.adjust?.(planned, inverse, 0.1, world())
      expect(await look(0.1)).toMatchObject({bit: 'unknown'})
    })
    const after = await workloads.pressure('psp-1')
    expect(after).toMatchObject({holders: [], heldBytes: 0})
    expect(after.rssBytes - before.rssBytes).toBeLessThan(30e6)
  })

  it('refuses what the machine cannot spare for all victims, before anything is touched', async () => {
    const [fault, planned] = plan('memory', {workload: 'catalog', count: 2, amount: '900000GB'})
    await expect(fault.prepare(planned, world())).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(
        /^1800000GB \(900000GB for each of 2\) do not fit: the machine of catalog-1 can spare \d+ MB$/,
      ),
    })
  })

  it('refuses an envelope on victims that are hit one by one', async () => {
    const turn = {order: 'one-by-one', every: '1s'}
    const [fault, planned] = plan('memory', {workload: 'catalog', count: 2, amount: '16MB', ...turn})
    const levels = [0, 1].map((level) => ({atMs: level * 1_000, level}))
    await expect(fault.prepare({...planned, levels}, world())).rejects.toMatchObject({name: 'UserError'})
  })
})

it('undo is safe when inject never happened', async () => {
  const before = (await workloads.replicas()).map(({name, pid}) => [name, pid])
  for (const [name, given] of [
    ['kill', {}],
    ['terminate', {respawn: 'never'}],
    ['freeze', {}],
    ['cpu', {take: '50%'}],
    ['memory', {amount: '20MB'}],
  ] as const) {
    const [fault, planned] = plan(name, {workload: 'catalog', count: 2, ...given})
    await fault.undo(throughAFile(await fault.prepare(planned, world())), world())
  }
  expect((await workloads.replicas()).map(({name, pid}) => [name, pid])).toEqual(before)
})
