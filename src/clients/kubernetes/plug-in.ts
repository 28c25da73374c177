import {spawn} from 'node:child_process'
import {z} from 'zod'
import {EnvironmentError, messageOf} from '../../errors.js'
import {wallClock} from '../../system/clock.js'
import {environment} from '../../system/environment.js'
import type {KubeConfig} from './kubeconfig.js'

/** Somebody may have to log in by a web page meanwhile. */
const limitMs = 120_000
/** What ends within this is asked for anew: the call must arrive before it does. */
const leewayMs = 10_000

const settings = z.looseObject({
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({name: z.string(), value: z.string().default('')})).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
})
type Settings = z.output<typeof settings>

const credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().optional(),
  }),
})

/** What proves who we are. */
export type Credentials = z.output<typeof credential>['status']

/** A program that gives credentials, and what it gave last. */
interface PlugIn {
  /** Asks it when there is need; rejects with the signal's reason when that aborts, with EnvironmentError when it fails. */
  credentials(signal?: AbortSignal): Promise<Credentials>
  /** What it gave is good no more; `false` when it has given nothing. */
  forget(): boolean
}

const failed = ({command, installHint}: Settings, user: string, why: string): EnvironmentError =>
  new EnvironmentError(`${command}, which gives the credentials, of user ${user} failed: ${why}`, {
    hint: installHint || 'Log in again, and see whether `kubectl auth whoami` works in the same shell.',
  })

/** What a plug-in is told, as kubectl tells it. */
const infoFor = ({apiVersion, provideClusterInfo}: Settings, kubeconfig: KubeConfig): string => {
  const {server, caData, tlsServerName, skipTLSVerify} = kubeconfig.getCurrentCluster() ?? {}
  const cluster = {
    server,
    ...(caData && {'certificate-authority-data': caData}),
    ...(tlsServerName && {'tls-server-name': tlsServerName}),
    ...(skipTLSVerify && {'insecure-skip-tls-verify': true}),
  }
  const spec = {interactive: false, ...(provideClusterInfo && {cluster})}
  return JSON.stringify({apiVersion, kind: 'ExecCredential', spec})
}

const parsed = (text: string): Credentials | undefined => {
  try {
    return credential.parse(JSON.parse(text)).status
  } catch {
    // Not repeated: what it said may hold a secret.
    return undefined
  }
}

/** Runs it once. */
const ask = (
  asked: Settings,
  user: string,
  kubeconfig: KubeConfig,
): {given: Promise<Credentials>; stop(): void} => {
  const named = Object.fromEntries((asked.env ?? []).map(({name, value}) => [name, value]))
  const env = {...environment(), ...named, KUBERNETES_EXEC_INFO: infoFor(asked, kubeconfig)}
  const child = spawn(asked.command, asked.args ?? [], {env, stdio: ['ignore', 'pipe', 'pipe']})
  const stop = (): void => void child.kill('SIGKILL')
  const given = new Promise<Credentials>((resolve, reject) => {
    const out: Buffer[] = []
    let said = ''
    const fail = (why: string): void => reject(failed(asked, user, why))
    const timer = setTimeout(() => {
      fail(`it gave none within ${limitMs / 1000} s`)
      stop()
    }, limitMs)
    child.stdout.on('data', (part: Buffer) => out.push(part))
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said = (said + part).slice(-4096)
    })
    child.once('error', (cause) => {
      clearTimeout(timer)
      fail(messageOf(cause))
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      const [first] = said.trim().split('\n')
      if (code !== 0) return fail(first || `it ended with ${code ?? 'a signal'} and said nothing`)
      const found = parsed(Buffer.concat(out).toString())
      if (found) resolve(found)
      else fail('what it printed is no ExecCredential')
    })
  })
  return {given, stop}
}

const holds = ({expirationTimestamp}: Credentials): boolean =>
  expirationTimestamp === undefined || Date.parse(expirationTimestamp) - leewayMs > wallClock.now()

const abortable = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return await work
  signal.throwIfAborted()
  let abort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  signal.addEventListener('abort', abort, {once: true})
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/**
 * The credential plug-in of the kubeconfig's current user; undefined when it has none. It is asked once for all calls that
 * wait for it, again when what it gave ends, and killed when nobody waits for it any more.
 */
export const plugInOf = (kubeconfig: KubeConfig): PlugIn | undefined => {
  const user = kubeconfig.getCurrentUser()
  const found = settings.safeParse(user?.exec ?? undefined)
  if (!user || !found.success) return undefined
  let given: Credentials | undefined
  let asking: (ReturnType<typeof ask> & {waiting: number}) | undefined
  const begin = (): NonNullable<typeof asking> => {
    const begun = {...ask(found.data, user.name, kubeconfig), waiting: 0}
    const over = (): void => {
      if (asking === begun) asking = undefined
    }
    begun.given.then((credentials) => {
      given = credentials
      over()
    }, over)
    return begun
  }
  return {
    credentials: async (signal) => {
      if (given && holds(given)) return given
      asking ??= begin()
      const mine = asking
      mine.waiting += 1
      try {
        return await abortable(mine.given, signal)
      } finally {
        mine.waiting -= 1
        if (mine.waiting === 0) {
          if (asking === mine) asking = undefined
          mine.stop()
        }
      }
    },
    forget: () => {
      const had = given !== undefined
      given = undefined
      return had
    },
  }
}
