import {existsSync} from 'node:fs'
import type {RequestOptions} from 'node:https'
import {delimiter, join, resolve} from 'node:path'
import {EnvironmentError, messageOf, UserError} from '../../errors.js'
import type {KubernetesAt} from '../../scenarios/target.js'
import {environment} from '../../system/environment.js'
import {agentFor} from './agent.js'
import type {KubeConfig} from './kubeconfig.js'

/** Where the API server is, and how we say who we are. */
export interface Access {
  /** The same place, by names that mean it also in another shell, and with the address that it has now. */
  pinned: KubernetesAt
  /** Name of the context; undefined for the account of the pod that we run in. */
  context: string | undefined
  /** Name of the cluster in the kubeconfig. */
  cluster: string | undefined
  /** Address of the API server, without a slash at its end. */
  server: string
  /** `context kind-shop (https://127.0.0.1:6443), namespace shop`. */
  where: string
  kubeconfig: KubeConfig
  /** Options of a request: certificates, credentials (a plug-in is asked for them, a token file is read again), agent. */
  authorize(): Promise<RequestOptions>
}

const inCluster = 'inClusterContext'

const unreadable = (path: string | undefined, cause: unknown): UserError =>
  new UserError(`The kubeconfig${path ? ` ${path}` : ''} cannot be read: ${messageOf(cause)}`, {
    hint: path
      ? 'Correct `kubernetes.kubeconfig` in the target file.'
      : 'KUBECONFIG, or ~/.kube/config, must be a file that kubectl accepts too: try `kubectl config view`.',
    cause,
  })

/** A kubeconfig by path (or several, the first wins), else as kubectl finds it, else the account of the pod we run in. */
const load = async (path: string | undefined): Promise<KubeConfig> => {
  const {KubeConfig: Config} = await import('@kubernetes/client-node')
  const config = new Config()
  try {
    if (path === undefined) config.loadFromDefault()
    for (const [index, file] of (path?.split(delimiter) ?? []).filter((one) => one !== '').entries()) {
      const part = index === 0 ? config : new Config()
      part.loadFromFile(file)
      if (part !== config) config.mergeConfig(part, true)
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
  return config
}

/** What the account of the pod that we run in is called where a context is asked for. */
export const ownAccount = 'in-cluster'

const choose = (config: KubeConfig, context: string | undefined): void => {
  if (context === ownAccount && config.getCurrentContext() === inCluster) return
  const names = config.getContexts().map(({name}) => name)
  if (context !== undefined && !names.includes(context)) {
    throw new UserError(`There is no context "${context}" in the kubeconfig`, {
      hint: names.length > 0 ? `There are ${names.join(', ')}.` : 'It has no context at all.',
    })
  }
  if (context !== undefined) config.setCurrentContext(context)
}

const noCluster = (config: KubeConfig): EnvironmentError => {
  const names = config.getContexts().map(({name}) => name)
  return new EnvironmentError('No cluster is chosen: there is no current context', {
    hint:
      names.length > 0
        ? `Say --context NAME, with one of ${names.join(', ')}.`
        : 'Set KUBECONFIG to the file of a cluster, or name one as `kubernetes.kubeconfig` in the target file.',
  })
}

/** What a credential plug-in or a key file has to say when it fails. */
const noCredentials = (config: KubeConfig, cause: unknown): EnvironmentError => {
  const user = config.getCurrentUser()
  // The package types it as any: what a kubeconfig says there.
  const exec = user?.exec as {command?: string} | undefined
  const [first] = messageOf(cause).trim().split('\n')
  const from = exec?.command ? `${exec.command}, which gives the credentials,` : 'Giving the credentials'
  return new EnvironmentError(
    `${from} of user ${user?.name ?? 'unknown'} failed: ${first || 'it said nothing'}`,
    {
      hint: 'Log in again, and see whether `kubectl auth whoami` works in the same shell.',
      cause,
    },
  )
}

/** Which kubeconfig it was: a shell that undoes later may have another KUBECONFIG, or another current context. */
const pathsRead = (asked: string | undefined): string | undefined => {
  const paths = asked ?? environment()['KUBECONFIG'] ?? ''
  const named = paths.split(delimiter).filter((one) => one !== '')
  if (named.length > 0) return named.map((one) => resolve(one)).join(delimiter)
  const home = environment()['HOME']
  const usual = home && join(home, '.kube', 'config')
  return usual && existsSync(usual) ? usual : undefined
}

const moved = (context: string | undefined, before: string, now: string): EnvironmentError =>
  new EnvironmentError(
    `${context ? `Context ${context}` : 'The kubeconfig'} leads to ${now} now, and to ${before} before`,
    {
      hint: `What was begun at ${before} must not go on elsewhere: correct the kubeconfig.`,
    },
  )

/** Reads the kubeconfig; throws UserError for an unknown context, EnvironmentError where no cluster is chosen. */
export const openAccess = async (at: KubernetesAt): Promise<Access> => {
  const {kubeconfig: path, context, namespace} = at
  const kubeconfig = await load(path)
  choose(kubeconfig, context)
  const cluster = kubeconfig.getCurrentCluster()
  if (!cluster?.server || isGuess(kubeconfig)) throw noCluster(kubeconfig)
  // The package refuses plain HTTP (`kubectl proxy`) unless told that there is no TLS to verify.
  if (cluster.server.startsWith('http:')) Object.assign(cluster, {skipTLSVerify: true})
  const server = cluster.server.replace(/\/+$/, '')
  const current = kubeconfig.getCurrentContext()
  const name = current === inCluster ? undefined : current
  if (at.server !== undefined && at.server !== server) throw moved(name, at.server, server)
  const file = name === undefined ? undefined : pathsRead(path)
  const agents = agentFor(cluster.proxyUrl !== undefined)
  return {
    pinned: {...at, ...(name && {context: name}), ...(file && {kubeconfig: file}), server},
    context: name,
    cluster: name === undefined ? undefined : cluster.name,
    server,
    where: `${name === undefined ? 'own cluster' : `context ${name}`} (${server}), namespace ${namespace}`,
    kubeconfig,
    authorize: async () => {
      const options: RequestOptions = {}
      try {
        await kubeconfig.applyToHTTPSOptions(options)
      } catch (cause) {
        throw noCredentials(kubeconfig, cause)
      }
      return {...options, agent: agents(options, server)}
    },
  }
}

/** Where it finds nothing at all, the package makes up a cluster at localhost:8080. */
const isGuess = (config: KubeConfig): boolean =>
  config.getCurrentContext() === 'loaded-context' &&
  config.getCurrentCluster()?.server === 'http://localhost:8080'
