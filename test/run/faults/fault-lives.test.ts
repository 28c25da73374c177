import {beforeEach, describe, expect, it} from 'vitest'
import type {Fault} from '../../../src/faults/fault.js'
import type {Clock} from '../../../src/system/clock.js'
import {recordingFault} from '../../fakes/run-fault.js'
import {plannedFault} from '../../fakes/run-parts.js'
import {perform} from '../../fakes/run-stage.js'

let log: string[]

beforeEach(() => {
  log = []
})

const plain = (): Fault => recordingFault(log)

const expectAfter = (later: string, earlier: string): void => {
  expect(log).toContain(later)
  expect(log).toContain(earlier)
  expect(log.indexOf(later)).toBeGreaterThan(log.lastIndexOf(earlier))
}

describe('several faults', () => {
  const victim = {edges: ['a->b'], replicas: [], does: 'writes down', undo: 'writes again'}
  const first = plannedFault({id: 'f1', startMs: 1_000, endMs: 5_000, aim: victim})
  const second = plannedFault({id: 'f2', startMs: 5_000, endMs: 9_000, aim: victim})
  const slowUndo = (clock: Clock): Fault => ({
    ...recordingFault(log),
    undo: async (inverse) => {
      await clock.sleep(2_000)
      log.push(`undo ${JSON.stringify(inverse)}`)
    },
  })

  it.each([
    ['f1', 'f2'],
    ['f2', 'f1'],
  ])(
    'on one edge: the one that begins where another ends finds it undone (%s before %s)',
    async (early, late) => {
      const planned = [
        {...first, id: early},
        {...second, id: late},
      ]
      const inOrder = planned.toSorted((one, other) => one.id.localeCompare(other.id))
      const {eventsNamed} = await perform(inOrder, slowUndo)
      expectAfter(`prepare ${late}`, `undo {"id":"${early}"}`)
      expect(eventsNamed('note')).toMatchObject([
        {atMs: 7_000, message: `${late} writes began 2s late: it waited for the undoing of ${early} writes`},
      ])
      expect(eventsNamed('fault-undone')).toMatchObject([{atMs: 7_000}, {atMs: 11_000}])
    },
  )

  it.each([
    ['edges', {...victim, edges: ['c->d']}],
    ['kinds of victims', {...victim, edges: [], replicas: ['a-1']}],
  ])('on different %s do not wait for each other', async (_, aim) => {
    const {eventsNamed} = await perform([first, {...second, aim}], slowUndo)
    expectAfter('undo {"id":"f1"}', 'prepare f2')
    expect(eventsNamed('fault-applied')).toMatchObject([{atMs: 1_000}, {atMs: 5_000}])
    expect(eventsNamed('note')).toEqual([])
  })

  it('on one replica: the second waits until the first has put it back', async () => {
    const aim = {...victim, edges: [], replicas: ['a-1', 'a-2']}
    await perform(
      [
        {...first, aim},
        {...second, aim: {...aim, replicas: ['a-2']}},
      ],
      slowUndo,
    )
    expectAfter('prepare f2', 'undo {"id":"f1"}')
  })

  it('of one switch: the second finds what was there before the first', async () => {
    const aim = {...victim, edges: [], switches: ['order.breaker']}
    await perform(
      [
        {...first, aim},
        {...second, aim},
      ],
      slowUndo,
    )
    expectAfter('prepare f2', 'undo {"id":"f1"}')
  })

  it('overlap on one edge, each with its own strength and its own end', async () => {
    const long = {
      ...first,
      endMs: 9_000,
      levels: [
        {atMs: 1_000, level: 0.5},
        {atMs: 6_000, level: 1},
      ],
    }
    const short = {...second, startMs: 3_000, endMs: 7_000}
    const {eventsNamed} = await perform([long, short], plain)
    expect(log.filter((line) => /^(inject|adjust |undo)/.test(line))).toEqual([
      'inject f1',
      'inject f2',
      'adjust f1 to 1',
      'undo {"id":"f2"}',
      'undo {"id":"f1"}',
    ])
    expect(eventsNamed('fault-undone')).toMatchObject([
      {atMs: 7_000, fault: 'f2'},
      {atMs: 9_000, fault: 'f1'},
    ])
  })

  it('with a gap between them: the first is gone before the second begins', async () => {
    const {eventsNamed} = await perform([first, {...second, startMs: 8_000}], plain)
    expectAfter('prepare f2', 'undo {"id":"f1"}')
    expect(eventsNamed('fault-undone')).toMatchObject([{atMs: 5_000}, {atMs: 9_000}])
  })

  it('do not begin after one before them could not be undone', async () => {
    const stuck = (): Fault => recordingFault(log, {undoFails: () => true})
    const {residual, failures} = await perform([first, second], stuck)
    expect(residual).toMatchObject([{fault: 'f1'}])
    expect(failures).toHaveLength(2)
    expect(log).not.toContain('prepare f2')
  })
})
