/** A toxic as Toxiproxy's API has it. */
export interface Toxic {
  name: string
  type: string
  stream: 'upstream' | 'downstream'
  toxicity: number
  attributes: Record<string, number>
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
  deleteProxy(name: string): Promise<void>
  setEnabled(name: string, enabled: boolean): Promise<void>
  addToxic(proxy: string, toxic: Toxic): Promise<void>
  /** A toxic that is not there is no error. */
  removeToxic(proxy: string, toxic: string): Promise<void>
}
