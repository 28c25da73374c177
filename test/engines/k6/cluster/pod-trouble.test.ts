import {describe, expect, it} from 'vitest'
import {type PodState, readPodState} from '../../../../src/engines/k6/cluster/pod-state.js'
import {deletion, endTrouble, notReady, startTrouble} from '../../../../src/engines/k6/cluster/pod-trouble.js'

const pod = (status: object, metadata: object = {}): PodState =>
  readPodState({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: 'load-0', uid: 'u', ...metadata},
    status,
  })
const waiting = (reason: string, message = ''): PodState =>
  pod({phase: 'Pending', containerStatuses: [{state: {waiting: {reason, message}}}]})
const ended = (terminated: object): PodState =>
  pod({phase: 'Failed', containerStatuses: [{state: {terminated}}]})

describe('a pod of a load', () => {
  it.each([
    [waiting('ErrImageNeverPull', 'Container image "x" is not present'), /cannot start: ErrImageNeverPull/],
    [waiting('ImagePullBackOff', 'Back-off'), /cannot start: ImagePullBackOff: Back-off/],
    [waiting('ErrImagePull'), undefined],
    [waiting('ContainerCreating'), undefined],
    [pod({phase: 'Running'}), undefined],
  ])('that waits is given up only when it will never run (%#)', (state, expected) => {
    const trouble = startTrouble(state)
    if (expected === undefined) expect(trouble).toBeUndefined()
    else expect(trouble?.message).toMatch(expected)
  })

  it.each([
    [ended({exitCode: 137, reason: 'OOMKilled'}), /load-0 of the load ran out of memory \(OOMKilled\)/],
    [ended({exitCode: 137, reason: 'Error'}), /was killed \(SIGKILL\)/],
    [pod({phase: 'Failed', reason: 'Evicted', message: 'node was low on memory'}), /Evicted: node was low/],
    [ended({exitCode: 0, reason: 'Completed', message: '99'}), undefined],
  ])('that has ended says why (%#)', (state, expected) => {
    const trouble = endTrouble(state)
    if (expected === undefined) expect(trouble).toBeUndefined()
    else expect(trouble?.message).toMatch(expected)
  })

  it("has the exit code of k6, where its container's own hides it", () => {
    expect(ended({exitCode: 0, reason: 'Completed', message: '103'}).ended?.code).toBe(103)
    expect(ended({exitCode: 1, reason: 'Error', message: 'panic: …'}).ended?.code).toBe(1)
  })

  it('is deleted when it is gone, or on its way', () => {
    expect(deletion('load-0', pod({phase: 'Running'}))).toBeUndefined()
    expect(deletion('load-0', undefined)?.message).toMatch(/load-0 .*was deleted/)
    const going = pod({phase: 'Running'}, {deletionTimestamp: '2026-11-22T02:00:00Z'})
    expect(deletion('load-0', going)?.message).toMatch(/load-0 .*was deleted/)
  })

  it('that is not ready in time is named with what it waits for, and those never made are counted', () => {
    const unscheduled = pod({
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/1 nodes: Insufficient cpu',
        },
      ],
    })
    const {message, hint} = notReady([unscheduled], 3, 4_000)
    expect(message).toBe(
      'The pods of the load are not ready after 4 s\n  load-0: Unschedulable: 0/1 nodes: Insufficient cpu\n  2 of 3 pods were never made',
    )
    expect(hint).toMatch(/No node has room/)
  })
})
