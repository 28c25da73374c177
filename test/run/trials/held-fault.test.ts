import {expect, it} from 'vitest'
import type {Evidence, Fault, Moment} from '../../../src/faults/fault.js'
import type {PlannedFault} from '../../../src/plan/plan.js'
import {holdFault} from '../../../src/run/trials/held-fault.js'
import type {UndoStack} from '../../../src/run/undo/undo-stack.js'
import {recordingFault} from '../../fakes/run-fault.js'
import {emptyWorld} from '../../fakes/run-world.js'

const planned: PlannedFault = {
  id: 'f1',
  fault: 'writes',
  options: {},
  startMs: 0,
  endMs: 1,
  aim: {edges: [], replicas: [], does: 'writes', undo: 'writes again'},
}

const heldWith = async (observe: (moment: Moment) => Promise<Evidence>) => {
  const log: string[] = []
  const fault: Fault = {
    ...recordingFault(log),
    observe: (_fault, _inverse, _world, moment) => observe(moment),
  }
  const undo: Pick<UndoStack, 'intend' | 'undo'> = {
    intend: async ({id}) => void log.push(`intend ${id}`),
    undo: async (id) => void log.push(`undo ${id}`),
  }
  const world = {...emptyWorld(), clock: {now: () => 0, sleep: async (ms: number) => await slept(ms)}}
  // Nothing else of the stack is used.
  return {log, held: await holdFault(planned, fault, {world, undo: undo as UndoStack})}
}

/** The limit of a look never comes; the time between two looks is over at once. */
const slept = async (ms: number): Promise<void> => {
  if (ms > 5_000) await new Promise(() => {})
}

it('is on the undo stack before it is injected, and taken back when it is released', async () => {
  const {log, held} = await heldWith(async () => ({bit: 'yes', observations: [], numbers: {}}))
  await held.release()
  expect(log).toEqual(['prepare f1', 'intend f1', 'inject f1', 'undo f1'])
  expect(held.evidence.bit).toBe('yes')
})

it('looks again when it is asked to, with what was seen before, and sees that it has gone', async () => {
  const moments: Moment[] = []
  const {held} = await heldWith(async (moment) => {
    moments.push(moment)
    return {bit: moments.length === 1 ? 'yes' : 'no', observations: [], numbers: {looks: moments.length}}
  })
  expect(held.evidence.bit).toBe('yes')
  expect((await held.look()).bit).toBe('no')
  expect(moments[1]?.earlier?.numbers).toEqual({looks: 1})
})

it('knows nothing from a look that fails', async () => {
  const {held} = await heldWith(async () => {
    throw new Error('the proxy is gone')
  })
  expect(held.evidence).toEqual({bit: 'unknown', observations: ['the proxy is gone'], numbers: {}})
})
