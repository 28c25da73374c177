import {describe, expect, it} from 'vitest'
import {byAge, readPod} from '../../../src/clients/kubernetes/read-pod.js'
import {selectorText} from '../../../src/clients/kubernetes/selector.js'
import {takeEvent} from '../../../src/clients/kubernetes/watch.js'
import type {Pod} from '../../../src/scenarios/kubernetes.js'

const metadata = {
  name: 'web-1',
  namespace: 'shop',
  uid: 'u1',
  resourceVersion: '7',
  creationTimestamp: '2026-11-22T02:28:24Z',
  labels: {app: 'web'},
}

const running = {
  metadata: {
    ...metadata,
    ownerReferences: [
      {kind: 'Thing', name: 'other', uid: 'u8'},
      {kind: 'ReplicaSet', name: 'web-abc', uid: 'u9', controller: true},
    ],
  },
  spec: {nodeName: 'node1', containers: []},
  status: {
    phase: 'Running',
    podIP: '10.0.0.7',
    conditions: [
      {type: 'PodScheduled', status: 'True'},
      {type: 'Ready', status: 'True'},
    ],
    containerStatuses: [
      {restartCount: 2, state: {running: {}}},
      {restartCount: 1, state: {waiting: {reason: 'CrashLoopBackOff'}}},
    ],
  },
}

describe('a pod', () => {
  it('is read from what the API server sends', () => {
    expect(readPod(running)).toEqual({
      name: 'web-1',
      namespace: 'shop',
      uid: 'u1',
      labels: {app: 'web'},
      annotations: {},
      node: 'node1',
      ip: '10.0.0.7',
      phase: 'Running',
      ready: true,
      deleting: false,
      restarts: 3,
      createdMs: Date.parse('2026-11-22T02:28:24Z'),
      waiting: 'CrashLoopBackOff',
      controller: {kind: 'ReplicaSet', name: 'web-abc', uid: 'u9'},
    })
  })

  it('may have next to nothing yet, and be on its way out', () => {
    const pod = readPod({metadata: {...metadata, deletionTimestamp: '2026-11-22T02:29:00Z'}, spec: {}})
    expect(pod).toMatchObject({phase: 'Unknown', ready: false, deleting: true, restarts: 0})
    expect(Object.keys(pod)).not.toContain('node')
  })

  it('comes before younger ones, and those of one second by name', () => {
    const at = (name: string, createdMs: number): Pod => ({...readPod(running), name, createdMs})
    expect([at('c', 1), at('b', 2), at('a', 2), at('d', 0)].sort(byAge).map(({name}) => name)).toEqual([
      'd',
      'c',
      'a',
      'b',
    ])
  })
})

describe('a watch', () => {
  const line = (type: string, object: object): string => JSON.stringify({type, object})

  it('keeps what is known up to date, with the version to go on from', () => {
    const known = {pods: new Map<string, Pod>(), version: '1'}
    expect(takeEvent(line('ADDED', running), known)).toBe('changed')
    expect([...known.pods.keys()]).toEqual(['u1'])
    expect(takeEvent(line('BOOKMARK', {metadata: {resourceVersion: '9'}}), known)).toBe('same')
    expect(known.version).toBe('9')
    expect(takeEvent(line('DELETED', running), known)).toBe('changed')
    expect(known.pods.size).toBe(0)
  })

  it('is stale when the API server says so', () => {
    const known = {pods: new Map<string, Pod>(), version: '1'}
    expect(takeEvent(line('ERROR', {kind: 'Status', code: 410, reason: 'Expired'}), known)).toBe('stale')
  })
})

describe('a label selector', () => {
  it.each([
    [{matchLabels: {app: 'web', tier: 'front'}}, 'app=web,tier=front'],
    [
      {
        matchExpressions: [
          {key: 'app', operator: 'In', values: ['a', 'b']},
          {key: 'x', operator: 'NotIn', values: ['c']},
        ],
      },
      'app in (a,b),x notin (c)',
    ],
    [
      {
        matchExpressions: [
          {key: 'app', operator: 'Exists'},
          {key: 'x', operator: 'DoesNotExist'},
        ],
      },
      'app,!x',
    ],
    [{}, ''],
    [undefined, undefined],
  ])('is written as a list asks for it: %j', (selector, text) => {
    expect(selectorText(selector)).toBe(text)
  })
})
