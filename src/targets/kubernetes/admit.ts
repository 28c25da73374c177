import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type Access, openAccess, ownAccount} from '../../clients/kubernetes/access.js'
import {EnvironmentError, messageOf, UserError} from '../../errors.js'
import type {KubernetesAt} from '../../scenarios/target.js'
import {systemNamespaces} from '../../scenarios/target-cluster.js'
import {parseUserConfig, type UserConfig} from '../../scenarios/user-config.js'
import {configDirectory} from '../../system/config-directory.js'
import {stateDirectory} from '../../system/state-directory.js'
import {isConsented, rememberConsent} from './consents.js'
import {looksLikeProduction} from './production-names.js'

/** What was said aloud on the command line. */
export interface SaidAloud {
  /** `--context NAME` */
  context?: string | undefined
  /** `--allow-production` */
  allowProduction?: boolean | undefined
}

/** Where the user's config is. */
const configPath = (): string => join(configDirectory(), 'config.yaml')

const readUserConfig = async (): Promise<UserConfig> => {
  const path = configPath()
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    throw new EnvironmentError(`${path} cannot be read: ${messageOf(cause)}`, {cause})
  })
  return parseUserConfig(path, text)
}

const isAllowed = ({kubernetes}: UserConfig, context: string, namespace: string): boolean =>
  kubernetes.contexts.some(
    (line) =>
      line.context === context && (line.namespaces === undefined || line.namespaces.includes(namespace)),
  )

const refuseSystem = ({namespace}: KubernetesAt): void => {
  if (!systemNamespaces.includes(namespace)) return
  throw new UserError(
    `Nothing is ever broken in namespace ${namespace}: it holds the cluster itself together`,
  )
}

const refuseProduction = (access: Access, {namespace}: KubernetesAt, said: SaidAloud): void => {
  if (said.allowProduction === true) return
  const names = {context: access.context, cluster: access.cluster, namespace}
  for (const [what, name] of Object.entries(names)) {
    if (name === undefined || !looksLikeProduction(name)) continue
    throw new UserError(`${what} ${name} looks like production (${access.where})`, {
      hint: 'If things are to be broken there, say so: --allow-production',
    })
  }
}

const neverNamed = (access: Access, context: string, namespace: string): UserError =>
  new UserError(`Nothing was broken in this place before, and nobody has named it: ${access.where}`, {
    hint:
      `Say it aloud once: --context ${context}. Or write into ${configPath()}:\n` +
      `kubernetes:\n  contexts:\n    - {context: ${JSON.stringify(context)}, namespaces: [${namespace}]}`,
  })

/**
 * Lets a run change things in a namespace: never in one of the system's, in one that looks like production only when that
 * is meant, and in a place where nothing was broken before only when it was said aloud, or stands in the user's config.
 * Throws UserError otherwise. What was said aloud once is remembered by context, address of the API server and namespace.
 */
export const admitTarget = async (at: KubernetesAt, said: SaidAloud): Promise<void> => {
  refuseSystem(at)
  const access = await openAccess(at)
  refuseProduction(access, at, said)
  const context = access.context ?? ownAccount
  const place = {context, server: access.server, namespace: at.namespace}
  if (said.context === context) return await rememberConsent(stateDirectory(), place)
  if (await isConsented(stateDirectory(), place)) return
  if (!isAllowed(await readUserConfig(), context, at.namespace))
    throw neverNamed(access, context, at.namespace)
}
