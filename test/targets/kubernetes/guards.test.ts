import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import type {Pod} from '../../../src/scenarios/kubernetes.js'
import {isConsented, rememberConsent} from '../../../src/targets/kubernetes/consents.js'
import {belongsTo} from '../../../src/targets/kubernetes/look-at-pods.js'
import {pidOf} from '../../../src/targets/kubernetes/pod-replica.js'
import {looksLikeProduction} from '../../../src/targets/kubernetes/production-names.js'

describe('a name that looks like production', () => {
  it.each([
    'prod',
    'shop-prod',
    'PROD_eu',
    'prod1',
    'prd.example.com',
    'shop-production-2',
    'live',
    'arn:aws:eks:eu:1:cluster/prod',
    'shopProd',
  ])('is %s', (name) => {
    expect(looksLikeProduction(name)).toBe(true)
  })

  it.each([
    'staging',
    'product-catalog',
    'reproduce',
    'preprod',
    'non-prod',
    'pre-prod',
    'nonprod',
    'delivery',
    'olive',
    'kind-shop',
    'prodigy',
  ])('is not %s', (name) => {
    expect(looksLikeProduction(name)).toBe(false)
  })
})

describe('a consent', () => {
  let state: string
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'consents-'))
  })
  afterEach(() => rm(state, {recursive: true, force: true}))

  it('holds for that context at that address and namespace, and nowhere else', async () => {
    const place = {context: 'lab', server: 'https://10.0.0.1', namespace: 'shop'}
    expect(await isConsented(state, place)).toBe(false)
    await rememberConsent(state, place)
    await rememberConsent(state, place)
    expect(await isConsented(state, place)).toBe(true)
    expect(await isConsented(state, {...place, server: 'https://10.0.0.2'})).toBe(false)
    expect(await isConsented(state, {...place, namespace: 'bank'})).toBe(false)
    expect(await isConsented(state, {...place, context: 'other'})).toBe(false)
    expect(JSON.parse(await readFile(join(state, 'kubernetes-consents.json'), 'utf8'))).toEqual([place])
  })
})

describe('a pod of a workload', () => {
  // Nothing else of it is looked at.
  const pod = (controller: Pod['controller'], hash = '5d9f') =>
    ({controller, labels: {'pod-template-hash': hash}}) as unknown as Pod

  it('is its own, also where another workload has the same labels', () => {
    const web = {kind: 'Deployment', name: 'web'} as const
    expect(belongsTo(web, 'u1', pod({kind: 'ReplicaSet', name: 'web-5d9f', uid: 'u2'}))).toBe(true)
    expect(belongsTo(web, 'u1', pod({kind: 'ReplicaSet', name: 'cart-5d9f', uid: 'u2'}))).toBe(false)
    expect(belongsTo(web, 'u1', pod({kind: 'ReplicaSet', name: 'web-cart-5d9f', uid: 'u2'}))).toBe(false)
    expect(belongsTo(web, 'u1', pod({kind: 'ReplicaSet', name: 'web-blue', uid: 'u2'}))).toBe(false)
    expect(belongsTo(web, 'u1', pod(undefined))).toBe(false)
    const orders = {kind: 'StatefulSet', name: 'orders'} as const
    expect(belongsTo(orders, 'u1', pod({kind: 'StatefulSet', name: 'orders', uid: 'u1'}))).toBe(true)
    expect(belongsTo(orders, 'u1', pod({kind: 'StatefulSet', name: 'orders', uid: 'u9'}))).toBe(false)
    expect(belongsTo({kind: 'selector', selector: 'app=x'}, '', pod(undefined))).toBe(true)
  })

  it('has a number that stays the same and is never 0', () => {
    const uids = Array.from({length: 2_000}, (_, index) => `uid-${index}`)
    const numbers = uids.map(pidOf)
    expect(numbers.every((number) => number > 0 && Number.isSafeInteger(number))).toBe(true)
    expect(new Set(numbers).size).toBeGreaterThan(1_990)
    expect(pidOf('uid-7')).toBe(numbers[7])
  })
})
