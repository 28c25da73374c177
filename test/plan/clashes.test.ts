import {expect, it} from 'vitest'
import {clashes} from '../../src/plan/clashes.js'
import type {Aim, PlannedFault} from '../../src/plan/plan.js'

const fault = (id: string, name: string, aim: Partial<Aim>, startMs = 0, endMs = 10_000): PlannedFault => ({
  id,
  fault: name,
  options: {},
  startMs,
  endMs,
  aim: {edges: [], replicas: [], does: name, undo: '', ...aim},
})

const freeze = (id: string, replica: string, startMs?: number, endMs?: number): PlannedFault =>
  fault(id, 'freeze', {replicas: [replica], holds: true, does: `freezes ${replica}`}, startMs, endMs)

it.each([
  [
    [fault('f1', 'down', {edges: ['a->b']}), fault('f2', 'down', {edges: ['a->b']})],
    /f2 down does the same as f1/,
  ],
  [[freeze('f1', 'order-1'), freeze('f2', 'order-1', 5000)], /f1 freeze holds/],
  [
    [freeze('f1', 'order-1'), fault('f2', 'kill', {replicas: ['order-1'], holds: true}, 9999)],
    /f2 kill hits a replica that f1 freeze holds/,
  ],
  [
    [fault('f1', 'node-drain', {nodes: ['n1', 'n2']}), fault('f2', 'node-cordon', {nodes: ['n2']}, 5000)],
    /f2 node-cordon takes node n2, which f1 node-drain holds/,
  ],
  [
    [
      fault('f1', 'switch', {switches: ['a.breaker']}),
      fault('f2', 'switch', {switches: ['a.breaker']}, 5000),
    ],
    /f2 switch sets a.breaker, which f1 switch has set: it would put back what that one did/,
  ],
])('tells which faults would undo each other', (faults, sentence) => {
  expect(clashes(faults)).toEqual([expect.stringMatching(sentence)])
})

it.each<[string, PlannedFault[]]>([
  ['one after another', [freeze('f1', 'order-1', 0, 5000), freeze('f2', 'order-1', 5000)]],
  ['on other replicas', [freeze('f1', 'order-1'), freeze('f2', 'order-2')]],
  [
    'a kill of a replica that is started again',
    [freeze('f1', 'order-1'), fault('f2', 'kill', {replicas: ['order-1']})],
  ],
  ['on other edges', [fault('f1', 'down', {edges: ['a->b']}), fault('f2', 'down', {edges: ['a->c']})]],
])('lets faults go together: %s', (_, faults) => {
  expect(clashes(faults)).toEqual([])
})
