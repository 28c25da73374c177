import {describe, expect, it} from 'vitest'
import {candidatesOf, choosePods} from '../../../src/faults/pods/choose-pods.js'
import type {PodsAsked} from '../../../src/faults/pods/pods-asked.js'
import {podOf, podsOf} from '../../fakes/cluster-target.js'

const asked = (changes: Partial<PodsAsked> = {}): PodsAsked => ({
  workload: 'web',
  order: 'together',
  pick: 'random',
  evict: false,
  force: false,
  hold: false,
  readyWithinMs: 60_000,
  ...changes,
})

const names = (pods: readonly {name: string}[]): string[] => pods.map(({name}) => name)

describe('pods that may be hit', () => {
  it('are those that are there to stay, as asked for, and have not opted out', () => {
    const pods = [
      podOf('web-1', {labels: {app: 'web', tier: 'a'}}),
      podOf('web-2', {labels: {app: 'web', tier: 'a'}, deleting: true}),
      podOf('web-3', {labels: {app: 'web', tier: 'a'}, phase: 'Failed'}),
      podOf('web-4', {labels: {app: 'web', tier: 'a'}, annotations: {'shakedown/protect': 'true'}}),
      podOf('web-5', {labels: {app: 'web', tier: 'b'}}),
      podOf('web-6', {labels: {app: 'web', tier: 'a'}, node: 'node-2'}),
    ]
    expect(names(candidatesOf(asked(), pods))).toEqual(['web-1', 'web-5', 'web-6'])
    expect(names(candidatesOf(asked({node: 'node-1', label: 'tier in (a,c)'}), pods))).toEqual(['web-1'])
  })

  it.each([
    [asked(), [], 'No pod matches workload web'],
    [asked({node: 'node-9'}), podsOf('web', 2), 'No pod matches workload web on node node-9'],
    [
      asked(),
      podsOf('web', 2, {deleting: true}),
      'No pod matches workload web (2 that matched are ending or over)',
    ],
    [
      asked(),
      podsOf('web', 2, {annotations: {'shakedown/protect': 'true'}}),
      'All 2 pods of workload web opt out by annotation shakedown/protect: "true"',
    ],
  ])('are never none: %#', (what, pods, message) => {
    expect(() => candidatesOf(what, pods)).toThrow(expect.objectContaining({name: 'UserError', message}))
  })

  it('have a controller, all of them, whatever the seed would pick', () => {
    const {controller: _, ...alone} = podOf('alone')
    expect(() => candidatesOf(asked(), [podOf('web-1'), alone])).toThrow(/^alone has no controller/)
  })
})

describe('pods that are chosen', () => {
  const ten = podsOf('web', 10)

  it('are exactly as many as asked, each once, in 200 seeded plans', () => {
    for (let seed = 0; seed < 200; seed++) {
      const count = 1 + (seed % 10)
      const chosen = names(choosePods(asked({count}), ten, seed))
      expect(new Set(chosen).size).toBe(count)
      expect(chosen).toHaveLength(count)
      expect(names(choosePods(asked({count}), ten.toReversed(), seed))).toEqual(chosen)
    }
  })

  it('are each as likely as any other', () => {
    const hits = new Map<string, number>()
    for (let draw = 0; draw < 2_000; draw++) {
      const [name = ''] = names(choosePods(asked(), ten, draw * 7_919))
      hits.set(name, (hits.get(name) ?? 0) + 1)
    }
    for (const {name} of ten) {
      expect(hits.get(name)).toBeGreaterThan(140)
      expect(hits.get(name)).toBeLessThan(260)
    }
  })

  it.each([
    [asked({pick: 'oldest', count: 2}), ['web-1', 'web-2']],
    [asked({pick: 'newest', count: 2}), ['web-10', 'web-9']],
    [asked({pick: 'oldest', percent: 0.29}), ['web-1', 'web-2']],
    [asked({pick: 'oldest', all: true}), names(ten)],
    [asked({pod: 'web-7'}), ['web-7']],
  ])('follow the rule: %#', (what, expected) => {
    expect(names(choosePods(what, ten, 1))).toEqual(expected)
  })

  it('are the highest of a StatefulSet that is held down: no others can be', () => {
    const controller = {kind: 'StatefulSet', name: 'db', uid: 'db'}
    const pods = ['db-0', 'db-9', 'db-10'].map((name) => podOf(name, {controller}))
    expect(names(choosePods(asked({hold: true, count: 2}), pods, 3))).toEqual(['db-10', 'db-9'])
  })

  it('stay those that were planned as long as they are there; who has gone is replaced by the same rule', () => {
    const planned = names(choosePods(asked({count: 3}), ten, 5))
    expect(names(choosePods(asked({count: 3}), [...ten, podOf('web-new')], 5, planned))).toEqual(planned)
    const older = podOf('web-0', {createdMs: 1})
    expect(names(choosePods(asked({pick: 'oldest'}), [older, ...ten], 5, ['web-1']))).toEqual(['web-1'])
    const [gone = '', ...left] = planned
    const now = ten.filter(({name}) => name !== gone)
    const again = names(choosePods(asked({count: 3}), now, 5, planned))
    expect(again).toHaveLength(3)
    expect(again).toEqual(expect.arrayContaining(left))
    const fourth = names(choosePods(asked({count: 4}), ten, 5)).find((name) => !planned.includes(name))
    expect(again).toContain(fourth)
  })

  it('are no more than planned when a share is of more pods by now, and fewer when of fewer', () => {
    const half = asked({percent: 0.5})
    const planned = names(choosePods(half, ten.slice(0, 4), 1))
    expect(choosePods(half, ten, 1, planned)).toHaveLength(2)
    expect(choosePods(half, ten.slice(0, 2), 1, planned)).toHaveLength(1)
  })

  it.each([
    [asked({count: 11}), 'Workload web has 10 pods, not 11'],
    [asked({percent: 0.05}), '5% of the 10 pods of workload web is less than one'],
    [asked({pod: 'web-11'}), 'workload web has no pod "web-11"'],
  ])('are refused when they cannot be as many as asked: %#', (what, message) => {
    expect(() => choosePods(what, ten, 1)).toThrow(message)
  })
})
