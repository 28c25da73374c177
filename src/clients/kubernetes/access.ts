import type {RequestOptions} from 'node:https'
import {delimiter} from 'node:path'
import {EnvironmentError, messageOf, UserError} from '../../errors.js'
import type {KubernetesAt} from '../../scenarios/target.js'
import {environment} from '../../system/environment.js'
import {proxyFor} from '../proxy-choice.js'
import {type Identity, identityOf} from './identity.js'
import type {KubeConfig} from './kubeconfig.js'
import {kubeconfigPaths, loadKubeconfig} from './load-kubeconfig.js'

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
  /**
   * Options of a request: certificates, credentials (a plug-in is asked for them, a token file is read again), agent.
   * Rejects with the signal's reason when it aborts.
   */
  authorize(signal?: AbortSignal): Promise<RequestOptions>
  /** The API server takes our credentials no more: others are asked for with the next call, if there are any. */
  renew(): boolean
}

const inCluster = 'inClusterContext'

/** What the account of the pod that we run in is called where a context is asked for. */
export const ownAccount = 'in-cluster'

/** The files as they were looked for: one that is empty says nothing, and nobody sees that from here. */
const filesInWords = (path: string | undefined): string => {
  const files = kubeconfigPaths(path)
  return files.length === 0 ? 'the kubeconfig' : `the kubeconfig ${files.join(', ')}`
}

const whereFrom =
  'Is it the right file? `kubernetes.kubeconfig` of the target file names it, else KUBECONFIG, else it is ~/.kube/config. `kubectl config get-contexts` shows what kubectl finds.'

const choose = (config: KubeConfig, {kubeconfig, context}: KubernetesAt): void => {
  if (context === ownAccount && config.getCurrentContext() === inCluster) return
  const names = config.getContexts().map(({name}) => name)
  if (context !== undefined && !names.includes(context)) {
    const none = names.length === 0 ? ': it has none at all' : ''
    throw new UserError(`There is no context "${context}" in ${filesInWords(kubeconfig)}${none}`, {
      hint: names.length > 0 ? `There are ${names.join(', ')}.` : whereFrom,
    })
  }
  if (context !== undefined) config.setCurrentContext(context)
}

const noCluster = (config: KubeConfig, path: string | undefined): EnvironmentError => {
  const names = config.getContexts().map(({name}) => name)
  if (names.length === 0 && kubeconfigPaths(path).length > 0)
    return new EnvironmentError(`No cluster is chosen: ${filesInWords(path)} has no context at all`, {
      hint: whereFrom,
    })
  return new EnvironmentError('No cluster is chosen: there is no current context', {
    hint:
      names.length > 0
        ? `Say --context NAME, with one of ${names.join(', ')}.`
        : 'Set KUBECONFIG to the file of a cluster, or name one as `kubernetes.kubeconfig` in the target file.',
  })
}

/** What a key file has to say when it cannot be read; a plug-in says it itself. */
const noCredentials = (config: KubeConfig, cause: unknown): EnvironmentError => {
  if (cause instanceof EnvironmentError) return cause
  const [first] = messageOf(cause).trim().split('\n')
  return new EnvironmentError(
    `Giving the credentials of user ${config.getCurrentUser()?.name ?? 'unknown'} failed: ${first || 'it said nothing'}`,
    {hint: 'Log in again, and see whether `kubectl auth whoami` works in the same shell.', cause},
  )
}

const moved = (context: string | undefined, before: string, now: string): EnvironmentError =>
  new EnvironmentError(
    `${context ? `Context ${context}` : 'The kubeconfig'} leads to ${now} now, and to ${before} before`,
    {
      hint: `What was begun at ${before} must not go on elsewhere: correct the kubeconfig.`,
    },
  )

const noAddress = (server: string): UserError =>
  new UserError(`The address of the API server in the kubeconfig is no URL: ${server}`, {
    hint: 'Correct the `server` of the cluster: it is written as https://HOST:PORT.',
  })

/** The proxy between us and the API server: the kubeconfig's own, else that of HTTPS_PROXY, as kubectl has it. */
const chooseProxy = (config: KubeConfig, server: string): string => {
  const cluster = config.getCurrentCluster()
  if (!cluster || cluster.proxyUrl !== undefined) return ''
  const proxy = proxyFor(server, environment())
  if (!proxy) return ''
  if (!URL.canParse(proxy.url) || !/^(https?|socks)/i.test(proxy.url)) {
    // Not repeated: it may hold a password.
    throw new UserError(`The proxy in ${proxy.from} is no http://, https:// or socks:// address.`, {
      hint: `Correct ${proxy.from}, or name the host of the API server in NO_PROXY.`,
    })
  }
  Object.assign(cluster, {proxyUrl: proxy.url})
  return `, through the proxy of ${proxy.from}`
}

const authorizer =
  (kubeconfig: KubeConfig, identity: Identity, server: string): Access['authorize'] =>
  async (signal) => {
    const options: RequestOptions = {}
    try {
      await identity.prepare(signal)
      await kubeconfig.applyToHTTPSOptions(options)
    } catch (cause) {
      signal?.throwIfAborted()
      throw noCredentials(kubeconfig, cause)
    }
    return {...options, agent: identity.agent(options, server)}
  }

/** Reads the kubeconfig; throws UserError for an unknown context, EnvironmentError where no cluster is chosen. */
export const openAccess = async (at: KubernetesAt): Promise<Access> => {
  const {kubeconfig: path, namespace} = at
  const kubeconfig = await loadKubeconfig(path)
  choose(kubeconfig, at)
  const cluster = kubeconfig.getCurrentCluster()
  if (!cluster?.server || isGuess(kubeconfig)) throw noCluster(kubeconfig, path)
  // The package refuses plain HTTP (`kubectl proxy`) unless told that there is no TLS to verify.
  if (cluster.server.startsWith('http:')) Object.assign(cluster, {skipTLSVerify: true})
  const server = cluster.server.replace(/\/+$/, '')
  if (!/^https?:\/\//i.test(server) || !URL.canParse(server)) throw noAddress(server)
  const current = kubeconfig.getCurrentContext()
  const name = current === inCluster ? undefined : current
  if (at.server !== undefined && at.server !== server) throw moved(name, at.server, server)
  const file = name === undefined ? '' : kubeconfigPaths(path).join(delimiter)
  const through = chooseProxy(kubeconfig, server)
  const identity = identityOf(kubeconfig)
  const place = `${server}${through}`
  return {
    pinned: {...at, ...(name && {context: name}), ...(file && {kubeconfig: file}), server},
    context: name,
    cluster: name === undefined ? undefined : cluster.name,
    server,
    where: `${name === undefined ? 'own cluster' : `context ${name}`} (${place}), namespace ${namespace}`,
    kubeconfig,
    authorize: authorizer(kubeconfig, identity, server),
    renew: identity.forget,
  }
}

/** Where it finds nothing at all, the package makes up a cluster at localhost:8080. */
const isGuess = (config: KubeConfig): boolean =>
  config.getCurrentContext() === 'loaded-context' &&
  config.getCurrentCluster()?.server === 'http://localhost:8080'
