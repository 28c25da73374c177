import {setTimeout as delay} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {type ProcessStage, throughAFile, until} from '../fakes/process-stage.js'

/** What faults that end processes must do, on a deployment. */
export const processEnding = ({live, plan, replica, workloads, world}: ProcessStage): void => {
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
          await workloads().setRespawn('inventory-1', true)
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
      await workloads().setRespawn('inventory-2', false)
      await workloads().signal('inventory-2', 'SIGKILL')
      await live(plan(name, {workload: 'inventory', replica: 'inventory-2'}), async (_, look) => {
        expect(await look()).toMatchObject({
          bit: 'no',
          observations: ['inventory-2: was not running when the fault began'],
        })
      })
      // It was down before, so it is left so.
      expect(await replica('inventory-2')).toMatchObject({pid: 0})
      await workloads().setRespawn('inventory-2', true)
      await workloads().untilReady('inventory-2', 30_000)
    })
  })

  describe('one by one', () => {
    it('kills the next only when the one before is ready again', async () => {
      const before = await Promise.all(['order-1', 'order-2'].map(replica))
      let mostDown = 0
      const watch = new AbortController()
      const watching = (async () => {
        while (!watch.signal.aborted) {
          const down = (await workloads().replicas()).filter(
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
      expect(await workloads().pressure('order-1')).toMatchObject({stopped: true})
      expect(await workloads().pressure('order-2')).toMatchObject({stopped: false})
      await fault.undo(throughAFile(inverse), world())
      expect(await workloads().pressure('order-1')).toMatchObject({stopped: false})
      expect((await replica('order-1')).state).toBe('ready')
    })

    it('stops waiting when its time is over, and shows who was not reached', async () => {
      await workloads().setRespawn('order-1', false)
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
        await workloads().setRespawn('order-1', true)
      }
      await workloads().untilReady('order-1', 30_000)
    })
  })
}
