import {expect, it} from 'vitest'
import type {Json} from '../../src/system/json.js'
import type {EdgeRig} from './fault-rig.js'

/** A fault that recycles the connections of its edge, whatever becomes of the process that started it. */
export const freshConnectionsContract = (rig: () => EdgeRig): void => {
  const fresh = {delay: '20ms', 'fresh-connections': true}

  it.each([
    [true, 'closes'],
    [false, 'keeps'],
  ])('with fresh-connections %s, it %s what was open', async (wanted) => {
    const world = rig().world()
    const fault = rig().plan('latency', {delay: '20ms', 'fresh-connections': wanted})
    const socket = await rig().pooled('a-to-b-1')
    const closed = new Promise<boolean>((resolve) => {
      socket.once('close', () => resolve(true))
      // What is kept is looked at for a while; what is closed may take its time.
      setTimeout(() => resolve(false), wanted ? 20_000 : 1_000)
    })
    const inverse = await fault.prepare(world)
    try {
      await fault.inject(inverse, world)
      expect(await closed).toBe(wanted)
      // Open again, with the toxic, and used.
      expect(await rig().changed()).toEqual(['a-to-b-1 has run-1_f1', 'a-to-b-2 has run-1_f1'])
      const again = await rig().pooled('a-to-b-1')
      again.destroy()
    } finally {
      socket.destroy()
      await fault.undo(inverse, world)
    }
    expect(await rig().changed()).toEqual([])
  })

  it('undo opens what a crash between closing and opening left closed', async () => {
    const world = rig().world()
    const fault = rig().plan('latency', fresh)
    // The inverse as the journal has it: written before the injection.
    const journalled: Json = JSON.parse(JSON.stringify(await fault.prepare(world)))
    expect(journalled).toMatchObject({reopen: ['a-to-b-1', 'a-to-b-2']})
    await rig().client.setEnabled('a-to-b-1', false)
    await fault.undo(journalled, world)
    expect(await rig().changed()).toEqual([])
  })

  it('opens the proxy again when the toxic is refused', async () => {
    const world = rig().world()
    const fault = rig().plan('latency', fresh)
    const inverse = await fault.prepare(world)
    await fault.inject(inverse, world)
    await expect(fault.inject(await fault.prepare(world), world)).rejects.toThrow('already exists')
    await fault.undo(inverse, world)
    expect(await rig().changed()).toEqual([])
  })

  it('leaves closed what somebody closed before, or after it began', async () => {
    const world = rig().world()
    const fault = rig().plan('latency', fresh)
    await rig().client.setEnabled('a-to-b-2', false)
    const inverse = await fault.prepare(world)
    await fault.inject(inverse, world)
    await rig().client.setEnabled('a-to-b-1', false)
    await fault.undo(inverse, world)
    expect(await rig().changed()).toEqual(['a-to-b-1 is closed', 'a-to-b-2 is closed'])
    for (const proxy of ['a-to-b-1', 'a-to-b-2']) await rig().client.setEnabled(proxy, true)
  })
}
