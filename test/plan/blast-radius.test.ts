import {describe, expect, it} from 'vitest'
import {beyondBlastRadius, blastRadiusInWords, mayBeDown, takesTooMuch} from '../../src/plan/blast-radius.js'
import type {Plan, PlannedFault, Taking} from '../../src/plan/plan.js'
import {clusterTarget} from '../fakes/cluster-target.js'
import {scenarioWith} from '../fakes/scenario-plan.js'

const taking = (pods: number, ready: number, taken: number, takenReady = taken): Taking => ({
  of: 'workload web',
  pods,
  ready,
  taken,
  takenReady,
})

describe('what may be taken from a workload', () => {
  it.each([
    [1, 1, 0.5, 0],
    [2, 2, 0.5, 1],
    [3, 3, 0.5, 1],
    [4, 4, 0.5, 2],
    [3, 3, 0.1, 1],
    [100, 100, 0.29, 29],
    [4, 0, 0.5, 2],
  ])('of %i pods, %i ready, at a share of %d: %i', (pods, ready, share, most) => {
    expect(mayBeDown({pods, ready}, share)).toBe(most)
  })

  it.each([
    [taking(4, 4, 2), undefined],
    [
      taking(4, 4, 3),
      'it would take 3 of the 4 pods of workload web: at most 2 of its 4 pods may be down at once (50%)',
    ],
    [taking(1, 1, 1), 'it would take the last ready pod of workload web'],
    [taking(2, 2, 2), 'it would take all 2 ready pods of workload web'],
    [taking(3, 1, 1), 'it would take the last ready pod of workload web'],
    [taking(3, 1, 1, 0), undefined],
    [
      taking(4, 3, 2),
      'it would take 2 of workload web, of which 1 is not ready already: at most 2 of its 4 pods may be down at once (50%)',
    ],
    [taking(4, 3, 1), undefined],
    [taking(4, 0, 2, 0), undefined],
    [
      taking(4, 0, 3, 0),
      'it would take 3 of the 4 pods of workload web: at most 2 of its 4 pods may be down at once (50%)',
    ],
  ])('is at most half, and never the last ready pod: %j', (one, why) => {
    expect(takesTooMuch(one, 0.5)).toBe(why)
  })

  it('is all of it where the scenario says so', () => {
    expect(takesTooMuch(taking(1, 1, 1), 1)).toBeUndefined()
  })
})

const fault = (id: string, pods: number, nodes: string[] = []): PlannedFault => ({
  id,
  fault: 'pod-delete',
  options: {},
  startMs: 0,
  endMs: 1,
  aim: {edges: [], replicas: [], pods, nodes, does: 'deletes', undo: 'waits'},
})

describe('the blast radius', () => {
  const faults = [fault('f1', 2), fault('f2', 1, ['node-1'])]

  it.each([
    ['{pods: 3, nodes: 1}', []],
    ['{pods: 2, nodes: 1}', ['blast-radius: the faults hit 3 pods, and at most 2 are allowed']],
    ['{nodes: 0}', ['blast-radius: the faults hit 1 node, and at most 0 are allowed']],
    ['{share-of-workload: 100%}', []],
  ])('of a scenario with %s is that of all faults together', (limits, expected) => {
    const scenario = scenarioWith({blast: `blast-radius: ${limits}`})
    expect(beyondBlastRadius(scenario, faults)).toEqual(expected)
  })

  it('is what the plan counts where the scenario says nothing, and is told', () => {
    const scenario = scenarioWith()
    expect(beyondBlastRadius(scenario, faults)).toEqual([])
    // Only what the words are made of.
    const plan = {scenario, faults, target: clusterTarget({})} as unknown as Plan
    expect(blastRadiusInWords(plan)).toEqual([
      '3 pods in namespace shop, 1 node',
      'at most 3 pods and 1 node, counted again when each fault begins; at most 50% of a workload down at once',
    ])
  })

  it.each([
    ['in force at the same time', [0, 9], [0, 9], '', true],
    ['of which the second begins while the first is in force', [0, 9], [5, 9], '', true],
    ['of which the first has ended by then', [0, 5], [5, 9], '', false],
    ['in force at the same time where all may be down', [0, 9], [0, 9], 'share-of-workload: 100%', false],
  ] as const)('sees what two faults %s take together', (_, first, second, limits, refused) => {
    const lasting = (id: string, [startMs, endMs]: readonly [number, number], of = 'web'): PlannedFault => {
      const one = {...fault(id, 1), startMs, endMs}
      return {...one, aim: {...one.aim, takes: [{...taking(3, 3, 1), of: `workload ${of}`}]}}
    }
    const scenario = limits === '' ? scenarioWith() : scenarioWith({blast: `blast-radius: {${limits}}`})
    const two = [lasting('f1', first), lasting('f2', second)]
    expect(beyondBlastRadius(scenario, two)).toEqual(
      refused
        ? [
            'f1 pod-delete and f2 pod-delete together: it would take 2 of the 3 pods of workload web: at most 1 of its 3 pods may be down at once (50%)',
          ]
        : [],
    )
    expect(beyondBlastRadius(scenario, [lasting('f1', first), lasting('f2', second, 'api')])).toEqual([])
  })

  it.each([
    ['blast-radius: {pods: -1}', /expected at least 0|-1/],
    ['blast-radius: {share-of-workload: 0.5}', /write "50%"/],
    ['blast-radius: {pod: 1}', /unknown key "pod"/],
  ])('%s is refused', (line, message) => {
    expect(() => scenarioWith({blast: line})).toThrow(message)
  })
})
