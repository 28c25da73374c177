import {stringify} from 'yaml'
import type {KubernetesObject, Right} from './cluster.js'
import {rulesFor} from './needed-rights.js'

/** Who is given the rights. */
export interface Account {
  name: string
  namespace: string
}

const rbac = 'rbac.authorization.k8s.io'

const named = (kind: string, name: string, namespace: string | undefined) => ({
  apiVersion: `${rbac}/v1`,
  kind,
  metadata: {name, ...(namespace === undefined ? {} : {namespace})},
})

const subjectsOf = ({name, namespace}: Account) => [{kind: 'ServiceAccount', name, namespace}]

/** A role of one namespace, or of the whole cluster when none is given, and its binding. */
const roleIn = (
  namespace: string | undefined,
  wanted: readonly Right[],
  name: string,
  account: Account,
): KubernetesObject[] => {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role'
  return [
    {...named(kind, name, namespace), rules: rulesFor(wanted)},
    {
      ...named(`${kind}Binding`, name, namespace),
      roleRef: {apiGroup: rbac, kind, name},
      subjects: subjectsOf(account),
    },
  ]
}

/** Roles that give an account these rights and nothing more: one per namespace, and one for the whole cluster if need be. */
export const rolesFor = (
  wanted: readonly Right[],
  account: Account,
  name = account.name,
): KubernetesObject[] => {
  const namespaces = [...new Set(wanted.map(({namespace}) => namespace))]
  return namespaces.flatMap((namespace) =>
    roleIn(
      namespace,
      wanted.filter((right) => right.namespace === namespace),
      namespace === undefined ? `${name}-nodes` : name,
      account,
    ),
  )
}

/** The manifests as one YAML file, fit for `kubectl apply -f -`. */
export const yamlOf = (manifests: readonly KubernetesObject[]): string =>
  manifests.map((manifest) => stringify(manifest)).join('---\n')
