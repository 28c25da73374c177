import {describe, expect, it} from 'vitest'

const tool = (path: string) => import(new URL(`../../../tools/kubernetes/${path}`, import.meta.url).href)
const {policyRules} = await tool('network-policy/rules.mjs')
const {subtract} = await tool('network-policy/blocks.mjs')
const {matches} = await tool('network-policy/selectors.mjs')

const pod = (name: string, ip: string, namespace = 'shop', spec: object = {}) => ({
  metadata: {uid: name, name, namespace, labels: {app: name}},
  spec: {containers: [{ports: [{name: 'http', containerPort: 8080}]}], ...spec},
  status: {podIP: ip, phase: 'Running'},
})

const pods = [pod('web', '10.0.0.1'), pod('api', '10.0.0.2'), pod('api', '10.0.9.2', 'other')]
const namespaces = new Map(
  ['shop', 'other'].map((name) => [name, {metadata: {name, labels: {team: name}}}] as const),
)

/** What a policy on `web` makes of each packet: the rules of its chains, without their random names. */
const rulesOf = (spec: object, world = pods): string[] => {
  const policy = {
    metadata: {name: 'p', namespace: 'shop'},
    spec: {podSelector: {matchLabels: {app: 'web'}}, ...spec},
  }
  const {text} = policyRules({pods: world, namespaces, policies: [policy]})
  const lines: string[] = text
    .split('\n')
    .filter((line: string) => /^-A/.test(line) && !/conntrack/.test(line))
  return lines.map((line) => line.replace(/SHAKEDOWN-([IE])-\w+/g, '$1').replace(/^-A /, ''))
}

describe('the rules that enforce a NetworkPolicy', () => {
  const api = {podSelector: {matchLabels: {app: 'api'}}}
  const inJump = 'SHAKEDOWN-POLICY -d 10.0.0.1 -j I'
  const outJumps = ['SHAKEDOWN-POLICY -s 10.0.0.1 -j E', 'SHAKEDOWN-NODE -s 10.0.0.1 -j E']

  it.each<[string, object, string[]]>([
    ['nobody where it names nothing', {}, ['I -j DROP', inJump]],
    ['all where a rule is empty', {ingress: [{}]}, ['I -s 0.0.0.0/0 -j RETURN', 'I -j DROP', inJump]],
    [
      'pods of its own namespace',
      {ingress: [{from: [api]}]},
      ['I -s 10.0.0.2 -j RETURN', 'I -j DROP', inJump],
    ],
    [
      'pods of other namespaces by label',
      {ingress: [{from: [{...api, namespaceSelector: {matchLabels: {team: 'other'}}}]}]},
      ['I -s 10.0.9.2 -j RETURN', 'I -j DROP', inJump],
    ],
    [
      'a port by its name in the pod, and a range',
      {ingress: [{from: [api], ports: [{port: 'http'}, {port: 90, endPort: 99, protocol: 'UDP'}]}]},
      [
        'I -s 10.0.0.2 -p tcp --dport 8080 -j RETURN',
        'I -s 10.0.0.2 -p udp --dport 90:99 -j RETURN',
        'I -j DROP',
        inJump,
      ],
    ],
    [
      'blocks less their exceptions',
      {ingress: [{from: [{ipBlock: {cidr: '10.1.0.0/30', except: ['10.1.0.1/32']}}]}]},
      ['I -s 10.1.0.0/32 -j RETURN', 'I -s 10.1.0.2/31 -j RETURN', 'I -j DROP', inJump],
    ],
    ['nothing out, and anything in, by type', {policyTypes: ['Egress']}, ['E -j DROP', ...outJumps]],
    [
      'both ways where it says how to go out',
      {egress: [{to: [api], ports: [{port: 'http'}]}]},
      ['I -j DROP', inJump, 'E -d 10.0.0.2 -p tcp --dport 8080 -j RETURN', 'E -j DROP', ...outJumps],
    ],
  ])('let through %s', (_what, spec, expected) => {
    expect(rulesOf(spec)).toEqual(expected)
  })

  it('leave pods on the host network and pods that ended alone', () => {
    const ended = {...pod('web', '10.0.0.3'), status: {podIP: '10.0.0.3', phase: 'Succeeded'}}
    expect(rulesOf({}, [pod('web', '10.0.0.1', 'shop', {hostNetwork: true}), ended])).toEqual([])
  })

  it('take away chains of pods that are gone, after emptying them', () => {
    const {text} = policyRules({pods, namespaces, policies: []}, ['SHAKEDOWN-I-old'])
    expect(text).toContain(':SHAKEDOWN-I-old - [0:0]\n')
    expect(text).toContain('-X SHAKEDOWN-I-old\n')
  })
})

it('takes blocks out of a block', () => {
  expect(subtract('10.0.0.0/8')).toEqual(['10.0.0.0/8'])
  expect(subtract('10.0.0.0/8', ['10.128.0.0/9'])).toEqual(['10.0.0.0/9'])
  expect(subtract('10.0.0.0/30', ['10.0.0.0/8'])).toEqual([])
  expect(subtract('0.0.0.0/0', ['128.0.0.0/2'])).toEqual(['0.0.0.0/1', '192.0.0.0/2'])
})

it.each([
  [{}, true],
  [{matchLabels: {app: 'web'}}, true],
  [{matchLabels: {app: 'api'}}, false],
  [{matchExpressions: [{key: 'app', operator: 'In', values: ['web', 'api']}]}, true],
  [{matchExpressions: [{key: 'tier', operator: 'NotIn', values: ['front']}]}, true],
  [{matchExpressions: [{key: 'tier', operator: 'Exists'}]}, false],
  [{matchExpressions: [{key: 'app', operator: 'DoesNotExist'}]}, false],
])('matches labels by %j: %s', (selector, expected) => {
  expect(matches(selector, {app: 'web'})).toBe(expected)
})
