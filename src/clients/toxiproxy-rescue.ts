import type {ProxyState, Toxic} from './toxiproxy.js'
import {boundedTransport, isSilence, ToxiproxyRefusal} from './toxiproxy-transport.js'

/**
 * The control API as undo needs it: short limits, raw toxics (what others added is put back as it was, be it deadly), and
 * two questions that a stuck Toxiproxy still answers. Throws ToxiproxyRefusal for a no, EnvironmentError for no answer.
 */
export interface ToxiproxyRescue {
  readonly url: string
  /** Whether the server answers at all. Its `/version` takes no lock: it answers while proxies are stuck. */
  isAlive(): Promise<boolean>
  proxies(): Promise<Record<string, ProxyState>>
  /** `undefined` when there is no such proxy. */
  proxy(name: string): Promise<ProxyState | undefined>
  /** Whether it was there. `extraMs`: what its removal takes by itself. */
  removeToxic(proxy: string, toxic: string, extraMs?: number): Promise<boolean>
  setEnabled(proxy: string, enabled: boolean): Promise<void>
  /**
   * Whether the proxy can be changed now, asked with a change that every version refuses before it looks at toxics (an
   * address that cannot be). A real Toxiproxy whose accept loop is stuck does not answer: deleting that proxy would freeze
   * the whole API for good.
   */
  isChangeable(proxy: string): Promise<boolean>
  /** A proxy that is not there is no error. */
  deleteProxy(proxy: string): Promise<void>
  /** Creates it closed, adds its toxics, and only then opens it if it was open: no connection escapes them. */
  putBack(proxy: ProxyState): Promise<void>
}

/** Its reply is known to hang while the change itself lands at once. */
const closeLimitMs = 500

const unless404 = async <T, U>(call: Promise<T>, missing: U): Promise<T | U> => {
  try {
    return await call
  } catch (thrown) {
    if (thrown instanceof ToxiproxyRefusal && thrown.status === 404) return missing
    throw thrown
  }
}

/** Connects to the control API at `url`; nothing is sent before the first call. `callLimitMs` is each call's own. */
export const connectRescue = (url: string, callLimitMs: number): ToxiproxyRescue => {
  const base = url.replace(/\/+$/, '')
  const api = boundedTransport(base, callLimitMs)
  const at = (proxy: string): string => `${base}/proxies/${encodeURIComponent(proxy)}`
  const setEnabled = async (proxy: string, enabled: boolean): Promise<void> => {
    await boundedTransport(base, enabled ? callLimitMs : closeLimitMs).post(at(proxy), {enabled})
  }
  return {
    url: base,
    setEnabled,
    isAlive: () => isSettled(api.getText(`${base}/version`)),
    proxies: async () => (await api.get<Record<string, ProxyState>>(`${base}/proxies`)).data,
    proxy: async (name) => (await unless404(api.get<ProxyState>(at(name)), undefined))?.data,
    removeToxic: async (proxy, toxic, extraMs = 0) => {
      const removal = boundedTransport(base, callLimitMs + extraMs).delete(
        `${at(proxy)}/toxics/${encodeURIComponent(toxic)}`,
      )
      return await unless404(
        removal.then(() => true),
        false,
      )
    },
    isChangeable: async (proxy) => {
      try {
        await api.post(at(proxy), {listen: '127.0.0.1:99999'})
        return true
      } catch (thrown) {
        if (isSilence(thrown)) return false
        if (thrown instanceof ToxiproxyRefusal) return true
        throw thrown
      }
    },
    deleteProxy: (proxy) => unless404(api.delete(at(proxy)), undefined),
    putBack: async ({name, listen, upstream, enabled, toxics}) => {
      await api.post(`${base}/proxies`, {name, listen, upstream, enabled: false})
      for (const {name: toxic, type, stream, toxicity, attributes} of toxics) {
        const body: Toxic = {name: toxic, type, stream, toxicity, attributes}
        await api.post(`${at(name)}/toxics`, body)
      }
      if (enabled) await setEnabled(name, true)
    },
  }
}

const isSettled = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  )
