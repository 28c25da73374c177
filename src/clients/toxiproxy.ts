import type {Toxic as LibraryToxic, Toxiproxy} from 'toxiproxy-node-client'
import {EnvironmentError, UserError} from '../errors.js'
import {assertHarmlessToServer} from './toxiproxy-limits.js'
import {boundedTransport, ToxiproxyRefusal, type Transport} from './toxiproxy-transport.js'

/** A toxic as Toxiproxy's API has it. */
export interface Toxic {
  name: string
  type: string
  stream: 'upstream' | 'downstream'
  toxicity: number
  /** Whole numbers; an `http` toxic, which only our server has, also takes strings and fractions. */
  attributes: Record<string, number | string>
}

/** A proxy as Toxiproxy's API has it. */
export interface ProxyState {
  name: string
  /** Resolved `host:port`. */
  listen: string
  upstream: string
  enabled: boolean
  toxics: Toxic[]
}

/**
 * The control API of a Toxiproxy, ours or the real one. Every call has its own time limit and throws
 * EnvironmentError when the server does not answer in time or refuses.
 */
export interface ToxiproxyClient {
  readonly url: string
  version(): Promise<string>
  proxies(): Promise<Record<string, ProxyState>>
  /** `undefined` when there is no such proxy. */
  proxy(name: string): Promise<ProxyState | undefined>
  createProxy(proxy: {name: string; listen: string; upstream: string}): Promise<ProxyState>
  /** A proxy that is not there is no error. */
  deleteProxy(name: string): Promise<void>
  setEnabled(name: string, enabled: boolean): Promise<void>
  /** Throws UserError for attributes that would crash a real Toxiproxy. */
  addToxic(proxy: string, toxic: Toxic): Promise<void>
  /**
   * Changes toxicity and attributes of a toxic by its name; false when it is not there. The server rolls the dice again
   * for every connection, even when nothing differs. Throws UserError as `addToxic` does.
   */
  updateToxic(proxy: string, toxic: Toxic): Promise<boolean>
  /** A toxic that is not there is no error. */
  removeToxic(proxy: string, toxic: string): Promise<void>
  /** Prometheus text; `undefined` when the server was started without metrics. */
  metrics(): Promise<string | undefined>
}

/** The shapes of the API; the rest of an answer (the original's `Logger`) is left out. */
const stateOf = ({name, listen, upstream, enabled, toxics}: ProxyState): ProxyState => ({
  name,
  listen,
  upstream,
  enabled,
  toxics,
})

/** Only the library's HTTP is replaced: it has no time limits, and loses the server's reason for a refusal. */
const openLibrary = async (url: string, timeoutMs: number): Promise<Toxiproxy> => {
  // Loaded when first needed: most commands never talk to a Toxiproxy.
  const {Toxiproxy} = await import('toxiproxy-node-client')
  const library = new Toxiproxy(url)
  Object.assign(library.api, boundedTransport(url, timeoutMs))
  return library
}

/** The library's proxy and toxic put names into URLs as they are; ours come encoded. */
const libraryProxy = async (library: Toxiproxy, name: string) => {
  const {Proxy: LibraryProxy} = await import('toxiproxy-node-client')
  const body = {name: encodeURIComponent(name), listen: '', upstream: '', enabled: true, toxics: []}
  return new LibraryProxy(library, body)
}

const proxyUrl = (base: string, name: string): string => `${base}/proxies/${encodeURIComponent(name)}`

const toxicUrl = (base: string, proxy: string, toxic: string): string =>
  `${proxyUrl(base, proxy)}/toxics/${encodeURIComponent(toxic)}`

/** What a refusal counts as when the thing is not there. */
const unlessMissing = async <T, U>(call: Promise<T>, missing: U): Promise<T | U> => {
  try {
    return await call
  } catch (thrown) {
    if (thrown instanceof ToxiproxyRefusal && thrown.status === 404) return missing
    throw thrown
  }
}

/** Servers before 2.6 know no PATCH (405); later ones only still take POST. */
const patchOrPost = async (url: string, body: unknown, transport: Transport): Promise<void> => {
  try {
    await transport.patch(url, body)
  } catch (thrown) {
    if (!(thrown instanceof ToxiproxyRefusal && thrown.status === 405)) throw thrown
    await transport.post(url, body)
  }
}

/** Runs calls on the library; a refusal becomes an error that says what was asked. */
type Ask = <T>(what: string, call: (library: Toxiproxy) => Promise<T>) => Promise<T>

const asking = (base: string, timeoutMs: number): Ask => {
  let opened: Promise<Toxiproxy> | undefined
  return async (what, call) => {
    opened ??= openLibrary(base, timeoutMs)
    const library = await opened
    try {
      return await call(library)
    } catch (thrown) {
      if (!(thrown instanceof ToxiproxyRefusal)) throw thrown
      throw new EnvironmentError(`Toxiproxy at ${base} refused to ${what}: ${thrown.message}`, {
        hint: `See what it has: ${base}/proxies`,
        cause: thrown,
      })
    }
  }
}

/** What only reads. The library's own reading of proxies leaves their toxics out. */
const reading = (
  base: string,
  ask: Ask,
): Pick<ToxiproxyClient, 'version' | 'proxies' | 'proxy' | 'metrics'> => ({
  version: () =>
    ask('say its version', async (library) => {
      const text = await library.getVersion()
      return /"version":\s*"([^"]*)"/.exec(text)?.[1] ?? text.trim()
    }),
  proxies: () =>
    ask('list its proxies', async ({api}) => {
      const {data} = await api.get<Record<string, ProxyState>>(`${base}/proxies`)
      return Object.fromEntries(Object.entries(data).map(([name, proxy]) => [name, stateOf(proxy)]))
    }),
  proxy: (name) =>
    ask(`show proxy ${name}`, async ({api}) => {
      const found = await unlessMissing(api.get<ProxyState>(proxyUrl(base, name)), undefined)
      return found && stateOf(found.data)
    }),
  metrics: () => ask('give its metrics', ({api}) => unlessMissing(api.getText(`${base}/metrics`), undefined)),
})

/** Throws UserError when it is no address that a Toxiproxy could have; asks nobody. */
export const assertToxiproxyUrl = (url: string): void => {
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return
  throw new UserError('The address of Toxiproxy is not an http:// or https:// URL', {
    hint: 'Write it as http://host:8474.',
  })
}

/**
 * Connects to the control API at `url`; nothing is sent before the first call. `timeoutMs` (5 s) limits each call. Throws
 * UserError when it is no http(s) URL.
 */
export const connectToxiproxy = (
  url: string,
  {timeoutMs = 5000}: {timeoutMs?: number} = {},
): ToxiproxyClient => {
  assertToxiproxyUrl(url)
  const base = url.replace(/\/+$/, '')
  const ask = asking(base, timeoutMs)
  const transport = boundedTransport(base, timeoutMs)
  return {
    url: base,
    ...reading(base, ask),
    createProxy: (proxy) =>
      ask(`create proxy ${proxy.name}`, async (library) => {
        const {name, listen, upstream, enabled} = await library.createProxy({...proxy, enabled: true})
        return {name, listen, upstream, enabled, toxics: []}
      }),
    deleteProxy: (name) =>
      ask(`delete proxy ${name}`, async (library) =>
        unlessMissing((await libraryProxy(library, name)).remove(), undefined),
      ),
    // The library's update must repeat the addresses, and a real Toxiproxy restarts a proxy on 0.0.0.0 for that.
    setEnabled: (name, enabled) =>
      ask(`${enabled ? 'enable' : 'disable'} proxy ${name}`, async ({api}) => {
        await api.post(proxyUrl(base, name), {enabled})
      }),
    addToxic: async (proxy, toxic) => {
      assertHarmlessToServer(toxic)
      await ask(`add toxic ${toxic.name} to proxy ${proxy}`, async (library) => {
        // The server knows more types than the library's list (noop), and says itself which it does not know.
        const type = toxic.type as LibraryToxic<unknown>['type']
        await (await libraryProxy(library, proxy)).addToxic({...toxic, type})
      })
    },
    updateToxic: async (proxy, toxic) => {
      assertHarmlessToServer(toxic)
      const {name, toxicity, attributes} = toxic
      return await ask(`change toxic ${name} of proxy ${proxy}`, async () => {
        const change = patchOrPost(toxicUrl(base, proxy, name), {toxicity, attributes}, transport)
        return await unlessMissing(
          change.then(() => true),
          false,
        )
      })
    },
    removeToxic: (proxy, toxic) =>
      ask(`remove toxic ${toxic} from proxy ${proxy}`, ({api}) =>
        unlessMissing(api.delete(toxicUrl(base, proxy, toxic)), undefined),
      ),
  }
}
