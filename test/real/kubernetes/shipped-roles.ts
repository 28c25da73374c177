import {readFile, writeFile} from 'node:fs/promises'
import {parse, parseAllDocuments, stringify} from 'yaml'
import type {KubernetesObject} from '../../../src/clients/kubernetes/cluster.js'
import type {Stage} from './stage.js'

/** Roles that ship besides the first: what only some faults, or load from pods, need. */
export type MoreRights = 'probe' | 'load' | 'nodes'

/** All that ship. */
export const allRights: readonly MoreRights[] = ['probe', 'load', 'nodes']

const isWanted = ({metadata}: KubernetesObject, more: readonly MoreRights[]): boolean => {
  const part = allRights.find((one) => metadata.name.endsWith(`-${one}`))
  return part === undefined || more.includes(part)
}

/** The roles that ship, for the account `shakedown` in this namespace: the first, and those that are asked for. */
export const shippedRoles = async (
  namespace: string,
  more: readonly MoreRights[] = allRights,
): Promise<KubernetesObject[]> => {
  const text = await readFile(new URL('../../../deploy/rbac.yaml', import.meta.url), 'utf8')
  // Roles of the whole cluster are named after the namespace, so that suites do not take each other's.
  const own = text
    .replaceAll(/namespace: shop\b/g, `namespace: ${namespace}`)
    .replaceAll(/name: shakedown-nodes\b/g, `name: ${namespace}-nodes`)
  return parseAllDocuments(own)
    .map((document): KubernetesObject => document.toJS())
    .filter((one) => isWanted(one, more))
}

/** Those that are in no namespace, and so do not go with it. */
export const dropClusterRoles = async ({
  namespace,
  kubectl,
}: Pick<Stage, 'namespace' | 'kubectl'>): Promise<void> => {
  const name = `${namespace}-nodes`
  await kubectl(['delete', '--ignore-not-found', `clusterrole/${name}`, `clusterrolebinding/${name}`])
}

/** A kubeconfig with the token of a service account in place of the administrator's keys. */
export const kubeconfigOf = async (
  {admin, context: asked, kubectl}: Pick<Stage, 'admin' | 'context' | 'kubectl'>,
  account: string,
  path: string,
  namespace?: string,
): Promise<string> => {
  const there = namespace === undefined ? [] : ['--namespace', namespace]
  const token = await kubectl(['create', 'token', account, '--duration=1h', ...there])
  const config = parse(await readFile(admin, 'utf8'))
  const context = config.contexts.find(({name}: {name: string}) => name === asked)
  const users = config.users.map(({name}: {name: string}) =>
    name === context.context.user ? {name, user: {token: token.trim()}} : {name, user: {}},
  )
  await writeFile(path, stringify({...config, 'current-context': asked, users}), {mode: 0o600})
  return path
}
