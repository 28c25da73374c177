import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {delimiter, dirname, isAbsolute, join, resolve} from 'node:path'
import {parse} from 'yaml'
import {z} from 'zod'
import {messageOf, UserError} from '../../errors.js'
import {environment} from '../../system/environment.js'
import type {KubeConfig} from './kubeconfig.js'

/** How a user whose token is in a file is marked: the package knows no `tokenFile`. */
export const tokenFileProvider = 'shakedown-token-file'

const plugIn = z.looseObject({command: z.string()})
const users = z.object({
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z.looseObject({tokenFile: z.string().optional(), exec: plugIn.nullish()}).nullish(),
      }),
    )
    .nullish(),
})

const unreadable = (path: string, named: boolean, cause: unknown): UserError =>
  new UserError(`The kubeconfig ${path} cannot be read: ${messageOf(cause)}`, {
    hint: named
      ? 'Correct `kubernetes.kubeconfig` in the target file.'
      : 'KUBECONFIG, or ~/.kube/config, must be a file that kubectl accepts too: try `kubectl config view`.',
    cause,
  })

/** A command with a slash is relative to the file that names it, one without is looked up in PATH. */
const commandAt = (folder: string, command: string): string =>
  /[/\\]/.test(command) && !isAbsolute(command) ? resolve(folder, command) : command

/** What the package leaves out or takes as it stands: files of tokens, and plug-ins beside the kubeconfig. */
const complete = (config: KubeConfig, text: string, folder: string): void => {
  const read = users.safeParse(parse(text))
  const said = new Map((read.data?.users ?? []).map(({name, user}) => [name, user]))
  config.users = config.users.map((user) => {
    const {tokenFile, exec} = said.get(user.name) ?? {}
    return {
      ...user,
      ...(exec && {exec: {...exec, command: commandAt(folder, exec.command)}}),
      // As for kubectl, the file goes before a token that stands there as well.
      ...(tokenFile && {
        token: '',
        authProvider: {name: tokenFileProvider, path: resolve(folder, tokenFile)},
      }),
    }
  })
}

const readOne = async (path: string, named: boolean): Promise<KubeConfig> => {
  const {KubeConfig: Config} = await import('@kubernetes/client-node')
  const config = new Config()
  try {
    const text = await readFile(path, 'utf8')
    // An empty file says nothing, which is allowed.
    if (text.trim() === '') return config
    config.loadFromString(text)
    const folder = dirname(resolve(path))
    config.makePathsAbsolute(folder)
    complete(config, text, folder)
    return config
  } catch (cause) {
    throw unreadable(path, named, cause)
  }
}

/** What a file before has said stays. */
const firstOfEach = <T extends {name: string}>(all: readonly T[]): T[] =>
  all.filter(({name}, index) => all.findIndex((one) => one.name === name) === index)

const merge = (into: KubeConfig, parts: readonly KubeConfig[]): KubeConfig => {
  into.loadFromOptions({
    clusters: firstOfEach(parts.flatMap((part) => part.getClusters())),
    users: firstOfEach(parts.flatMap((part) => part.getUsers())),
    contexts: firstOfEach(parts.flatMap((part) => part.getContexts())),
    currentContext: parts.map((part) => part.getCurrentContext()).find((one) => one),
  })
  return into
}

/** The files that kubectl would read too; none for the account of the pod that we run in. */
export const kubeconfigPaths = (asked: string | undefined): string[] => {
  const named = (asked ?? environment()['KUBECONFIG'] ?? '').split(delimiter).filter((one) => one !== '')
  if (named.length > 0) return named.map((one) => resolve(one))
  const home = environment()['HOME']
  const usual = home && join(home, '.kube', 'config')
  return usual && existsSync(usual) ? [usual] : []
}

/**
 * Reads a kubeconfig as kubectl does: by path, else those of KUBECONFIG, else ~/.kube/config, else the account of the pod
 * that we run in. Of several files, joined as in KUBECONFIG, the first that names a context, a cluster or a user says what
 * it is, and one that is not there is passed over. Throws UserError when none can be read.
 */
export const loadKubeconfig = async (asked: string | undefined): Promise<KubeConfig> => {
  const {KubeConfig: Config} = await import('@kubernetes/client-node')
  const config = new Config()
  const paths = kubeconfigPaths(asked)
  if (paths.length === 0) {
    config.loadFromDefault()
    return config
  }
  const there = paths.filter((one) => existsSync(one))
  const parts: KubeConfig[] = []
  for (const one of there.length > 0 ? there : paths) parts.push(await readOne(one, asked !== undefined))
  return merge(config, parts)
}
