import {describe, expect, it} from 'vitest'
import {parseAllDocuments} from 'yaml'
import {eachOnce, rightInWords, rights, rulesFor} from '../../../src/clients/kubernetes/needed-rights.js'
import {rolesFor, yamlOf} from '../../../src/clients/kubernetes/roles.js'

const account = {name: 'shakedown', namespace: 'tools'}

describe('rights', () => {
  it('are named once, however many parts of a run need them', () => {
    const twice = [...rights.watchPods('shop'), ...rights.deletePods('shop'), ...rights.watchPods('shop')]
    expect(eachOnce(twice).map(rightInWords)).toEqual([
      'get pods in namespace shop',
      'list pods in namespace shop',
      'watch pods in namespace shop',
      'delete pods in namespace shop',
    ])
  })

  it('keep subresources, groups and namespaces apart', () => {
    const all = [
      ...rights.deletePods('shop'),
      ...rights.evictPods('shop'),
      ...rights.scale({kind: 'Deployment', name: 'web'}, 'shop'),
      ...rights.scale({kind: 'StatefulSet', name: 'db'}, 'shop'),
    ]
    expect(rulesFor(all)).toEqual([
      {apiGroups: [''], resources: ['pods'], verbs: ['delete']},
      {apiGroups: [''], resources: ['pods/eviction'], verbs: ['create']},
      {apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'patch']},
      {apiGroups: ['apps'], resources: ['statefulsets/scale'], verbs: ['get', 'patch']},
    ])
  })

  it('ask for nothing about a workload that is only a selector', () => {
    expect(rights.scale({kind: 'selector', selector: 'app=web'}, 'shop')).toEqual([])
  })
})

describe('roles', () => {
  it('give rights in a namespace there, and rights on nodes apart', () => {
    const roles = rolesFor([...rights.deletePods('shop'), ...rights.cordonNodes()], account)
    expect(roles.map(({kind, metadata}) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`)).toEqual([
      'Role shop/shakedown',
      'RoleBinding shop/shakedown',
      'ClusterRole -/shakedown-nodes',
      'ClusterRoleBinding -/shakedown-nodes',
    ])
    expect(roles[1]?.['subjects']).toEqual([{kind: 'ServiceAccount', name: 'shakedown', namespace: 'tools'}])
  })

  it('are nothing when nothing is missing', () => {
    expect(rolesFor([], account)).toEqual([])
  })

  it('are written as one file of several documents', () => {
    const roles = rolesFor(rights.evictPods('shop'), account)
    expect(parseAllDocuments(yamlOf(roles)).map((document) => document.toJS())).toEqual(roles)
  })
})
