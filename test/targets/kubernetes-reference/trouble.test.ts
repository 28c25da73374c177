import {describe, expect, it} from 'vitest'
import type {KubernetesObject} from '../../../src/clients/kubernetes/cluster.js'
import {
  isReady,
  troubleOfPod,
  troubleOfWorkload,
  worstFirst,
} from '../../../src/targets/kubernetes-reference/trouble.js'

const image = 'localhost/shakedown-reference:0.1.0'

const pod = (status: Record<string, unknown>, metadata: Record<string, unknown> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'gateway-1', ...metadata},
  spec: {containers: [{name: 'gateway', image}]},
  status,
})

const waiting = (reason: string, restartCount = 0): KubernetesObject =>
  pod({containerStatuses: [{name: 'gateway', restartCount, state: {waiting: {reason, message: 'why'}}}]})

const deployment = (status: Record<string, unknown>): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: 'gateway', generation: 2},
  spec: {replicas: 2},
  status,
})

describe('a pod that is not ready', () => {
  it('is no trouble when it is ready, or is on its way out', () => {
    expect(troubleOfPod(pod({conditions: [{type: 'Ready', status: 'True'}]}))).toBeUndefined()
    expect(troubleOfPod(pod({}, {deletionTimestamp: '2026-01-01T00:00:00Z'}))).toBeUndefined()
  })

  it.each(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])(
    'names the image that cannot be had, and how to build it: %s',
    (reason) => {
      const trouble = troubleOfPod(waiting(reason))
      expect(trouble).toMatchObject({of: 'pod gateway-1', lasts: true})
      expect(trouble?.why).toBe(`image ${image} cannot be had (${reason})`)
      expect(trouble?.hint).toContain('docker build -f reference/deploy/Containerfile')
    },
  )

  it.each([
    [waiting('CrashLoopBackOff', 1), false],
    [waiting('CrashLoopBackOff', 4), true],
    [waiting('CreateContainerConfigError'), true],
    [waiting('ContainerCreating'), false],
    [pod({phase: 'Running'}), false],
    [pod({conditions: [{type: 'PodScheduled', status: 'False', message: '0/1 nodes'}]}), false],
  ])('tells what lasts from what may pass', (one, lasts) => {
    expect(troubleOfPod(one)?.lasts).toBe(lasts)
  })

  it('says what the scheduler says', () => {
    const unscheduled = pod({conditions: [{type: 'PodScheduled', status: 'False', message: '0/1 nodes fit'}]})
    expect(troubleOfPod(unscheduled)?.why).toBe('no node takes it: 0/1 nodes fit')
  })
})

describe('a workload', () => {
  const all = {observedGeneration: 2, updatedReplicas: 2, readyReplicas: 2}

  it.each([
    [all, true],
    [{...all, observedGeneration: 1}, false],
    [{...all, updatedReplicas: 1}, false],
    [{...all, readyReplicas: 1}, false],
    // In the middle of a rollout: one new pod is ready, the other is not, and an old one is.
    [{...all, replicas: 3, readyReplicas: 2}, false],
    [{...all, replicas: 2}, true],
    [{}, false],
  ])('is ready when all pods of its newest template are: %j', (status, ready) => {
    expect(isReady(deployment(status))).toBe(ready)
  })

  it('says that a quota refuses its pods', () => {
    const conditions = [{type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: pods=3'}]
    expect(troubleOfWorkload(deployment({conditions}))).toMatchObject({
      of: 'deployment gateway',
      lasts: true,
      why: expect.stringContaining('exceeded quota'),
      hint: expect.stringContaining('quota'),
    })
  })
})

it('tells first what lasts, then what can be helped', () => {
  const trouble = (of: string, lasts: boolean, hint?: string) => ({of, why: '', lasts, ...(hint && {hint})})
  const sorted = worstFirst([trouble('c', false), trouble('b', false, 'h'), trouble('a', true)])
  expect(sorted.map(({of}) => of)).toEqual(['a', 'b', 'c'])
})
