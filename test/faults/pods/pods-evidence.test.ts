import {describe, expect, it} from 'vitest'
import {overBudget} from '../../../src/faults/pods/guards.js'
import {podsEvidence} from '../../../src/faults/pods/pods-evidence.js'
import type {PodsInverse} from '../../../src/faults/pods/pods-inverse.js'
import {missingOf, troublesOf} from '../../../src/faults/pods/ready-again.js'
import {scaleEvidence} from '../../../src/faults/pods/scale-evidence.js'
import type {Sight} from '../../../src/faults/pods/sight.js'
import {takeLook} from '../../../src/faults/pods/sight.js'
import {podOf, podsOf} from '../../fakes/cluster-target.js'

const inverse: PodsInverse = {
  ref: {kind: 'Deployment', name: 'web'},
  uid: 'uid-of-web',
  selector: 'app=web',
  ready: 3,
  readyWithinMs: 60_000,
  victims: {'web-1': 'uid-of-web-1'},
  restarts: 0,
  held: null,
}

const three = podsOf('web', 3)
const [first = podOf('web-1'), ...others] = three
const fresh = podOf('web-4')

const begun = (): Sight => ({
  beganMs: 1_000,
  pods: undefined,
  before: undefined,
  goneMs: new Map(),
  readyMs: undefined,
  refusals: new Map(),
  missed: new Set(),
  over: true,
})

describe('what the pods say about a deletion', () => {
  it.each([
    ['gone', [...others, fresh], 'yes', /^web-1 \(uid-of-w\) is gone$/],
    ['ending', [{...first, deleting: true}, ...others], 'yes', /is ending: Terminating/],
    ['still there', three, 'no', /is still there: nothing deleted it/],
  ] as const)('%s', (_, pods, bit, says) => {
    const evidence = podsEvidence(inverse, pods)
    expect(evidence.bit).toBe(bit)
    expect(evidence.observations[0]).toMatch(says)
  })

  it('is how long it took, what else went, and what restarted', () => {
    const sight = begun()
    takeLook(sight, inverse, three, 1_000)
    takeLook(sight, inverse, [{...first, deleting: true}, ...others], 1_100)
    takeLook(sight, inverse, others, 2_500)
    takeLook(sight, inverse, [...others, fresh], 3_200)
    const [, second = podOf('web-2')] = three
    const now = [{...second, restarts: 2}, fresh]
    expect(podsEvidence(inverse, now, sight)).toEqual({
      bit: 'yes',
      observations: [
        'web-1 (uid-of-w) is gone after 1.5s',
        'ready again after 2.2s: 3 pods',
        'went besides, not by this fault: web-3',
        'containers restarted meanwhile: 2',
      ],
      numbers: {asked: 1, hit: 1, gone: 1, restarts: 2, 'ready again ms': 2_200},
    })
  })

  it('is no hit where somebody else ended it before its turn', () => {
    const sight = {...begun(), missed: new Set(['web-1'])}
    takeLook(sight, inverse, [...others, fresh], 1_000)
    expect(podsEvidence(inverse, [...others, fresh], sight)).toMatchObject({
      bit: 'no',
      observations: [
        'web-1 (uid-of-w) had gone before it was to be hit: not by this fault',
        expect.anything(),
      ],
      numbers: {asked: 1, hit: 0, gone: 0},
    })
  })

  it('is not ready again while a victim has not even been told to end', () => {
    const sight = begun()
    takeLook(sight, inverse, three, 1_500)
    expect(sight.readyMs).toBeUndefined()
  })

  it('is that somebody filled up what was held down', () => {
    const held = {kind: 'Deployment', name: 'web', uid: 'u', was: 3, to: 2} as const
    expect(podsEvidence({...inverse, held}, others).bit).toBe('yes')
    expect(podsEvidence({...inverse, held}, [...others, fresh])).toMatchObject({
      bit: 'no',
      observations: [expect.anything(), 'scaled from 3 to 2: 3 pods'],
    })
  })
})

describe('what is missing until all is as before', () => {
  const stuck = {...first, deleting: true}
  const {node: _, ...nowhere} = podOf('web-5', {ready: false, phase: 'Pending'})
  const image = podOf('web-6', {ready: false, phase: 'Pending', waiting: 'ImagePullBackOff'})
  it.each([
    ['nothing', [...others, fresh], undefined, undefined],
    ['a pod', others, undefined, 'deployment web has 2 of 3 ready pods'],
    ['nothing, somebody scaled it down', others, 2, undefined],
    ['nothing, there are more', [...others, fresh, podOf('web-7')], undefined, undefined],
    [
      'an image',
      [...others, image],
      3,
      'deployment web has 2 of 3 ready pods: web-6 waits: ImagePullBackOff',
    ],
    [
      'a node',
      [...others, nowhere],
      3,
      'deployment web has 2 of 3 ready pods: web-5 is on no node: unschedulable',
    ],
    [
      'the end of a pod',
      [...others, fresh, stuck],
      3,
      'deployment web has 3 of 3 ready pods: web-1 is still Terminating (a process that does not end, or a finalizer)',
    ],
    ['nothing of ours: another pod ends', [...others, fresh, {...podOf('x'), deleting: true}], 3, undefined],
  ] as const)('%s', (_, pods, desired, missing) => {
    expect(missingOf(inverse, pods, desired)).toBe(missing)
  })

  it('names a few troubles, and counts the rest', () => {
    const many = podsOf('web', 9, {ready: false})
    expect(troublesOf(many)).toMatch(/^web-1 is running, but not ready; .*; and 4 more$/)
  })
})

describe('a disruption budget', () => {
  const budget = {name: 'web', selector: 'app=web', disruptionsAllowed: 1}
  it.each([
    [1, three.slice(0, 1), undefined],
    [2, three.slice(0, 2), 'disruption budget web allows 1 disruption now, not 2: web-1, web-2'],
    [1, three, undefined],
    [3, podsOf('api', 3), undefined],
    [3, podsOf('web', 3, {ready: false}), undefined],
  ])('is asked for %i at once of %#', (atOnce, victims, why) => {
    expect(overBudget([budget], victims, atOnce)).toBe(why)
  })
})

describe('what the pods say about a scaling', () => {
  const scaling = {kind: 'Deployment', name: 'web', uid: 'u', was: 3, to: 2} as const
  const state = (desired: number, uid = 'u') => ({
    ref: inverse.ref,
    uid,
    resourceVersion: '1',
    selector: 'app=web',
    desired,
  })
  it.each([
    [scaling, state(2), others, 'yes', 'deployment web is scaled from 3 to 2: 2 pods, 2 ready'],
    [scaling, state(2), three, 'no', 'deployment web is scaled from 3 to 2: 3 pods, 3 ready'],
    [scaling, state(5), three, 'no', 'deployment web was set to 5 by somebody else: no longer 2'],
    [scaling, state(2, 'v'), others, 'no', 'deployment web is another object by now'],
    [scaling, undefined, [], 'no', 'deployment web is gone by now'],
    [
      {...scaling, to: 4},
      state(4),
      [...three, podOf('web-9', {ready: false, waiting: 'ErrImagePull'})],
      'no',
      'deployment web is scaled from 3 to 4: 4 pods, 3 ready; web-9 waits: ErrImagePull',
    ],
  ] as const)('%#', (what, now, pods, bit, says) => {
    expect(scaleEvidence({scaling: what}, now, pods)).toMatchObject({bit, observations: [says]})
  })
})
