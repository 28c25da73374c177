import {type Component, labelsOf, type Manifest} from './names.js'

export interface Rule {
  apiGroups: string[]
  resources: string[]
  /** Of these names alone. */
  resourceNames?: string[]
  verbs: string[]
}

/** A service account with a role in its own namespace. */
export const accountManifests = (
  name: string,
  component: Component,
  namespace: string,
  rules: readonly Rule[],
): Manifest[] => {
  const metadata = {name, labels: labelsOf(name, component)}
  const group = 'rbac.authorization.k8s.io'
  return [
    {apiVersion: 'v1', kind: 'ServiceAccount', metadata},
    {apiVersion: `${group}/v1`, kind: 'Role', metadata, rules},
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: {apiGroup: group, kind: 'Role', name},
      subjects: [{kind: 'ServiceAccount', name, namespace}],
    },
  ]
}
