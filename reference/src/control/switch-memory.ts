import type {ServiceName, Switches} from '../contract.js'
import {serviceNames} from '../topology.js'
import {at} from './fields.js'
import type {KubeApi} from './kube-api.js'

/** What the switches of the services were set to. */
type SetSwitches = ReadonlyMap<ServiceName, Switches>

/** Keeps what was set beyond the life of this pod. */
export interface SwitchMemory {
  read(): Promise<Map<ServiceName, Switches>>
  write(set: SetSwitches): Promise<void>
}

/** The ConfigMap that the deployment has for it. */
export const memoryName = 'switches'

const core = 'api/v1'
const path = `configmaps/${memoryName}`

const isSwitches = (value: unknown): value is Switches =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parsed = (text: unknown): Switches | undefined => {
  if (typeof text !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isSwitches(value) ? value : undefined
  } catch {
    // Somebody else wrote there: what is not ours was never set.
    return undefined
  }
}

/** In a ConfigMap: a line of JSON for each service whose switches were set. */
export const memoryIn = (api: KubeApi): SwitchMemory => ({
  read: async () => {
    const data = at(await api.get(core, path), 'data')
    return new Map(
      serviceNames.flatMap((service) => {
        const switches = parsed(at(data, service))
        return switches ? [[service, switches] as const] : []
      }),
    )
  },
  write: async (set) => {
    const data = Object.fromEntries(
      [...set].map(([service, switches]) => [service, JSON.stringify(switches)]),
    )
    await api.patch(core, path, {data})
  },
})
