import {describe, expect, it} from 'vitest'
import {policyOf} from '../../../src/faults/network/policy.js'
import {evidenceOf} from '../../../src/faults/network/probe-evidence.js'
import {clausesOf, negated} from '../../../src/faults/network/selector.js'

describe('the opposite of a condition', () => {
  it.each([
    ['app=web', {key: 'app', operator: 'NotIn', values: ['web']}],
    ['app!=web', {key: 'app', operator: 'In', values: ['web']}],
    ['zone in (a,b)', {key: 'zone', operator: 'NotIn', values: ['a', 'b']}],
    ['zone notin (a,b)', {key: 'zone', operator: 'In', values: ['a', 'b']}],
    ['canary', {key: 'canary', operator: 'DoesNotExist'}],
    ['!canary', {key: 'canary', operator: 'Exists'}],
  ])('of %s', (selector, opposite) => {
    expect(clausesOf(selector).map(negated)).toEqual([opposite])
  })

  it('has nothing to say of the empty selector, and refuses what is none', () => {
    expect(clausesOf('')).toEqual([])
    expect(() => clausesOf('a=b=c')).toThrow('is no label selector')
  })
})

describe('the policy of a cut', () => {
  const common = {name: 'r-f1', run: 'r', namespace: 'shop', subject: clausesOf('app=order')}

  it('allows nothing when it is from everybody', () => {
    expect(policyOf({...common, direction: 'ingress'})).toMatchObject({
      metadata: {name: 'r-f1', namespace: 'shop', labels: {'shakedown/run': 'r'}},
      spec: {
        podSelector: {matchExpressions: [{key: 'app', operator: 'In', values: ['order']}]},
        policyTypes: ['Ingress'],
        ingress: [],
      },
    })
  })

  it('allows all but one side: any of its conditions not met, other namespaces, other addresses of its family', () => {
    const other = {selector: clausesOf('app=gateway,tier=front'), addresses: ['10.0.0.1', '10.0.0.2']}
    const probes = {key: 'shakedown/probe', operator: 'DoesNotExist'}
    expect(policyOf({...common, direction: 'egress', other})['spec']).toMatchObject({
      policyTypes: ['Egress'],
      egress: [
        {
          to: [
            {podSelector: {matchExpressions: [{key: 'app', operator: 'NotIn', values: ['gateway']}, probes]}},
            {podSelector: {matchExpressions: [{key: 'tier', operator: 'NotIn', values: ['front']}, probes]}},
            {
              namespaceSelector: {
                matchExpressions: [{key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['shop']}],
              },
            },
            {ipBlock: {cidr: '0.0.0.0/0', except: ['10.0.0.1/32', '10.0.0.2/32']}},
          ],
        },
      ],
    })
  })
})

describe('the evidence of a probe', () => {
  it.each([
    ['yes', ['open', 'open', 'cut', 'cut'], 2],
    ['no', ['open', 'open', 'open', 'open'], 2],
    ['no', ['open', 'cut', 'open'], 1],
    ['yes', ['open', 'open', 'cut'], 1],
    ['unknown', ['cut', 'cut', 'cut'], 1],
    ['unknown', ['open', 'open'], 2],
    ['unknown', ['unable', 'unable'], 1],
    ['unknown', [], 0],
  ])('is %s for %j of which the first %i came before', (bit, lines, from) => {
    expect(evidenceOf(lines, from).bit).toBe(bit)
  })
})
