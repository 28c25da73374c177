import {describe, expect, it} from 'vitest'
import type {Evidence} from '../../src/faults/fault.js'
import {type ProcessStage, throughAFile, until} from '../fakes/process-stage.js'

/** What faults that slow processes down must do, on a deployment. */
export const processPressure = ({live, plan, replica, workloads, world}: ProcessStage): void => {
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
        await workloads().signal('gateway-1', 'SIGKILL', pid)
        await workloads().untilReady('gateway-1', 30_000)
      }
      await live(
        plan('freeze', {workload: 'gateway', replica: 'gateway-1'}),
        async (_, look) => {
          expect(await workloads().pressure('gateway-1')).toMatchObject({stopped: false})
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
      expect(await workloads().pressure('payment-1')).toMatchObject({holders: [], stopped: false})
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
        await workloads().signal('payment-1', 'SIGKILL', pid)
        await workloads().untilReady('payment-1', 30_000)
        expect(await look()).toMatchObject({
          bit: 'no',
          observations: [expect.stringMatching(/was started again as \d+, under no pressure/)],
        })
        const [fault, planned] = plan('cpu', {workload: 'payment', take: '80%'})
        await fault.adjust?.(planned, inverse, 0.5, world())
        expect(await workloads().pressure('payment-1')).toMatchObject({holders: []})
      })
    })

    it('leaves what another run asks for', async () => {
      const {pid} = await replica('payment-1')
      await workloads().press('payment-1', 'run-2_f1', {cpu: 0.3}, pid)
      await live(plan('cpu', {workload: 'payment', take: '50%'}), async () => {
        expect((await workloads().pressure('payment-1')).holders.sort()).toEqual(['run-1_f1', 'run-2_f1'])
      })
      expect((await workloads().pressure('payment-1')).holders).toEqual(['run-2_f1'])
      await workloads().release('payment-1', 'run-2_f1')
    })
  })

  describe('memory', () => {
    it('has the process hold so much, grown by it as the kernel says, more or less with its strength', async () => {
      const [fault, planned] = plan('memory', {workload: 'psp', amount: '100MB'})
      const before = await workloads().pressure('psp-1')
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
      const after = await workloads().pressure('psp-1')
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
    const before = (await workloads().replicas()).map(({name, pid}) => [name, pid])
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
    expect((await workloads().replicas()).map(({name, pid}) => [name, pid])).toEqual(before)
  })
}
