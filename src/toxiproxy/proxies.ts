import {exposition} from './metrics.js'
import {type ProxySettings, ToxicProxy} from './proxy.js'
import {Refusal} from './refusal.js'

/** A proxy as the API asks for it. */
export interface ProxyRequest extends ProxySettings {
  name: string
}

/** All proxies of one server, by name. */
export class Proxies {
  readonly #seed: number
  readonly #proxies = new Map<string, ToxicProxy>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Sorted by name. */
  get all(): ToxicProxy[] {
    return [...this.#proxies.keys()].sort().map((name) => this.get(name))
  }

  get(name: string): ToxicProxy {
    const proxy = this.#proxies.get(name)
    if (!proxy) throw new Refusal(404, 'proxy not found')
    return proxy
  }

  /** Creates a proxy and starts it if enabled; nothing is kept when that fails. */
  async create(request: ProxyRequest): Promise<ToxicProxy> {
    if (this.#proxies.has(request.name)) throw new Refusal(409, 'proxy already exists')
    const proxy = new ToxicProxy(request.name, request, this.#seed)
    this.#proxies.set(request.name, proxy)
    try {
      await proxy.apply({enabled: request.enabled})
      return proxy
    } catch (cause) {
      this.#proxies.delete(request.name)
      throw cause
    }
  }

  /** Creates or replaces one proxy; one with the same addresses is left as it is, toxics and all. */
  async put(request: ProxyRequest): Promise<ToxicProxy> {
    const known = this.#proxies.get(request.name)
    if (known?.listensOn(request.listen) && known.settings.upstream === request.upstream) return known
    if (!known) return this.create(request)
    await known.apply({enabled: false})
    const proxy = new ToxicProxy(request.name, request, this.#seed)
    await proxy.apply({enabled: request.enabled})
    this.#proxies.set(request.name, proxy)
    return proxy
  }

  async delete(name: string): Promise<void> {
    const proxy = this.get(name)
    await proxy.apply({enabled: false})
    if (this.#proxies.get(name) === proxy) this.#proxies.delete(name)
  }

  /** Enables all proxies and removes all toxics. */
  async reset(): Promise<void> {
    for (const proxy of this.all) {
      await proxy.apply({enabled: true})
      proxy.toxics.clear()
    }
  }

  stop(): void {
    for (const proxy of this.#proxies.values()) proxy.stop()
  }

  /** All metrics in Prometheus text format. */
  metrics(): string {
    return exposition(this.all.flatMap(({name, metrics}) => metrics.families(name)))
  }
}
