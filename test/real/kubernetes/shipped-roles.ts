import {readFile, writeFile} from 'node:fs/promises'
import {parse, parseAllDocuments, stringify} from 'yaml'
import type {KubernetesObject} from '../../../src/clients/kubernetes/cluster.js'
import type {Stage} from './stage.js'

/** The roles that ship, for the account `shakedown` in this namespace. */
export const shippedRoles = async (namespace: string): Promise<KubernetesObject[]> => {
  const text = await readFile(new URL('../../../deploy/rbac.yaml', import.meta.url), 'utf8')
  // Roles of the whole cluster are named after the namespace, so that suites do not take each other's.
  const own = text
    .replaceAll(/namespace: shop\b/g, `namespace: ${namespace}`)
    .replaceAll(/name: shakedown-nodes\b/g, `name: ${namespace}-nodes`)
  return parseAllDocuments(own).map((document) => document.toJS())
}

/** Those that are in no namespace, and so do not go with it. */
export const dropClusterRoles = async ({namespace, kubectl}: Stage): Promise<void> => {
  const name = `${namespace}-nodes`
  await kubectl(['delete', '--ignore-not-found', `clusterrole/${name}`, `clusterrolebinding/${name}`])
}

/** A kubeconfig with the token of a service account in place of the administrator's keys. */
export const kubeconfigOf = async (stage: Stage, account: string, path: string): Promise<string> => {
  const token = await stage.kubectl(['create', 'token', account, '--duration=1h'])
  const config = parse(await readFile(stage.kubeconfig, 'utf8'))
  const context = config.contexts.find(({name}: {name: string}) => name === stage.context)
  const users = config.users.map(({name}: {name: string}) =>
    name === context.context.user ? {name, user: {token: token.trim()}} : {name, user: {}},
  )
  await writeFile(path, stringify({...config, 'current-context': stage.context, users}), {mode: 0o600})
  return path
}
