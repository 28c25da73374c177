import type {ServiceName, Switches, SwitchValue} from '../contract.js'
import {reasonOf, requestJson} from './http-json.js'

/** A replica as far as its switches go. */
export interface SwitchedReplica {
  service: ServiceName
  name: string
  url: string
  isReady(): boolean
}

/** A change of switches that was refused; nothing was changed. */
export class SwitchError extends Error {
  override readonly name = 'SwitchError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Reads and sets the switches of all replicas, and remembers what it set for those that start later. */
export class Switchboard {
  readonly #replicas: () => readonly SwitchedReplica[]
  #set = new Map<ServiceName, Switches>()
  readonly #keep: (set: ReadonlyMap<ServiceName, Switches>) => Promise<void>
  /** What each service answered last, so that a service that is down keeps its names. */
  readonly #known = new Map<ServiceName, Switches>()

  /** `replicas` says which there are now: in a cluster they come and go. `keep` is told all that is set, when that changes. */
  constructor(
    replicas: () => readonly SwitchedReplica[],
    keep: (set: ReadonlyMap<ServiceName, Switches>) => Promise<void> = async () => {},
  ) {
    this.#replicas = replicas
    this.#keep = keep
  }

  /** What was set before this process began. */
  takeUp(set: ReadonlyMap<ServiceName, Switches>): void {
    this.#set = new Map(set)
  }

  /** What a replica that starts now is to be told. */
  remembered(service: ServiceName): Switches {
    return {...this.#set.get(service)}
  }

  /** Tells a replica that comes back (from being frozen, or from starting meanwhile) what it missed; `false`: it did not hear. */
  async catchUp(replica: SwitchedReplica): Promise<boolean> {
    const switches = this.remembered(replica.service)
    if (Object.keys(switches).length === 0) return true
    return await patch(replica, switches).then(
      () => true,
      () => false,
    )
  }

  /** `order.breaker` → its value, over all services. */
  async read(): Promise<Record<string, SwitchValue>> {
    await Promise.all(this.#services().map((service) => this.#refresh(service)))
    const entries = this.#services().flatMap((service) =>
      Object.entries(this.#known.get(service) ?? {}).map(([name, value]) => [`${service}.${name}`, value]),
    )
    return Object.fromEntries(entries)
  }

  /** Changes switches on every replica of their services; refuses all when one is unknown or of the wrong type. */
  async apply(changes: Readonly<Record<string, unknown>>): Promise<void> {
    const current = await this.read()
    const wanted = new Map<ServiceName, Switches>()
    for (const [key, value] of Object.entries(changes)) {
      const service = this.#services().find((name) => key.startsWith(`${name}.`))
      const now = current[key]
      if (!service || now === undefined) throw new SwitchError(400, unknownSwitch(key, Object.keys(current)))
      const name = key.slice(service.length + 1)
      wanted.set(service, {...wanted.get(service), [name]: sameType(key, value, now)})
    }
    const done: {replica: SwitchedReplica; before: Switches}[] = []
    const takeBack = async (cause: unknown): Promise<never> => {
      await Promise.allSettled(done.map((each) => patch(each.replica, each.before)))
      throw cause
    }
    for (const [service, switches] of wanted) {
      const before = Object.fromEntries(
        Object.keys(switches).map((name) => [name, current[`${service}.${name}`] ?? false]),
      )
      await Promise.all(
        this.#of(service).map(async (replica) => {
          // Those that are down or frozen are told when they are back.
          if (!replica.isReady()) return
          done.push({replica, before})
          await patch(replica, switches)
        }),
      ).catch(takeBack)
    }
    const set = new Map(this.#set)
    for (const [service, switches] of wanted) set.set(service, {...set.get(service), ...switches})
    await this.#keep(set).catch(takeBack)
    this.#set = set
  }

  #services(): ServiceName[] {
    return [...new Set([...this.#known.keys(), ...this.#replicas().map(({service}) => service)])]
  }

  #of(service: ServiceName): SwitchedReplica[] {
    return this.#replicas().filter((replica) => replica.service === service)
  }

  async #refresh(service: ServiceName): Promise<void> {
    const ask = async ({url}: SwitchedReplica): Promise<Switches> => {
      const answer = await requestJson('GET', `${url}/__ref/switches`)
      if (answer.status !== 200) throw new Error(reasonOf(answer))
      // The contract of every service.
      return answer.body as Switches
    }
    const ready = this.#of(service).filter((replica) => replica.isReady())
    const answer = await Promise.any(ready.map(ask)).catch(() => undefined)
    if (answer) this.#known.set(service, answer)
  }
}

const patch = async ({url, name}: SwitchedReplica, switches: Switches): Promise<void> => {
  const answer = await requestJson('PATCH', `${url}/__ref/switches`, {body: switches}).catch((cause) => {
    throw new SwitchError(502, `${name} did not answer: ${String(cause)}`)
  })
  if (answer.status !== 200) throw new SwitchError(answer.status, `${name}: ${reasonOf(answer)}`)
}

const unknownSwitch = (key: string, all: readonly string[]): string => {
  const service = key.split('.')[0]
  const related = all.filter((name) => name.startsWith(`${service}.`))
  const choice = related.length > 0 ? `${service} has ${related.join(', ')}` : 'no such service has switches'
  return `There is no switch ${key}: ${choice}`
}

/** Scenario files say `on` and `off`, services `true` and `false`. */
const sameType = (key: string, value: unknown, now: SwitchValue): SwitchValue => {
  if (typeof now === 'boolean' && (value === 'on' || value === 'off')) return value === 'on'
  if (typeof value === typeof now && (typeof value !== 'number' || Number.isFinite(value)))
    return value as SwitchValue // Its type is that of the present value.
  const wanted = typeof now === 'boolean' ? 'on or off' : `a ${typeof now}, such as ${now}`
  throw new SwitchError(400, `Switch ${key} wants ${wanted}, not ${JSON.stringify(value)}`)
}
