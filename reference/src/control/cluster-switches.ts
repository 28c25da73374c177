import type {ServiceName, SwitchValue} from '../contract.js'
import {type Clock, sleep} from '../service/clock.js'
import {SwitchError} from '../supervisor/switchboard.js'
import {serviceNames} from '../topology.js'
import {at, itemsOf, nameOf} from './fields.js'
import type {KubeApi} from './kube-api.js'

/** What the cluster does for a service, as switches: `gateway.replicas`, a number, and `gateway.budget`, on or off. */
export interface ClusterSwitches {
  owns(name: string): boolean
  read(): Promise<Record<string, SwitchValue>>
  /** Resolves when the cluster has followed; throws SwitchError when it refuses, or has not within its time. */
  apply(changes: Readonly<Record<string, unknown>>): Promise<void>
}

const apps = 'apis/apps/v1'
const policy = 'apis/policy/v1'
const autoscaling = 'apis/autoscaling/v2'
const followLimitMs = 12_000
const pollMs = 200
const mostReplicas = 8

type Kind = 'replicas' | 'budget'
interface Change {
  service: ServiceName
  kind: Kind
  value: SwitchValue
}

const parseName = (name: string): {service: ServiceName; kind: Kind} | undefined => {
  const service = serviceNames.find((one) => name.startsWith(`${one}.`))
  const rest = service && name.slice(service.length + 1)
  return service && (rest === 'replicas' || rest === 'budget') ? {service, kind: rest} : undefined
}

const parseChange = (name: string, given: unknown): Change => {
  const parsed = parseName(name)
  if (!parsed) throw new SwitchError(400, `There is no switch ${name}`)
  if (parsed.kind === 'replicas') {
    if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= mostReplicas)
      return {...parsed, value: given}
    throw new SwitchError(
      400,
      `Switch ${name} wants a whole number from 1 to ${mostReplicas}, not ${JSON.stringify(given)}`,
    )
  }
  if (typeof given === 'boolean') return {...parsed, value: given}
  if (given === 'on' || given === 'off') return {...parsed, value: given === 'on'}
  throw new SwitchError(400, `Switch ${name} wants on or off, not ${JSON.stringify(given)}`)
}

const numberAt = (object: unknown, ...path: string[]): number => Number(at(object, ...path) ?? 0)

/** All that were asked for are ready, and no others are there. */
const hasFollowed = (deployment: unknown, replicas: number): boolean =>
  numberAt(deployment, 'status', 'observedGeneration') >= numberAt(deployment, 'metadata', 'generation') &&
  numberAt(deployment, 'status', 'replicas') === replicas &&
  numberAt(deployment, 'status', 'readyReplicas') === replicas

/** An autoscaler would put back what we set: outside of its own bounds it is told to want just that. */
const boundsFor = (autoscaler: unknown, replicas: number): {minReplicas: number; maxReplicas: number} => {
  const declared = (end: string): number =>
    Number(at(autoscaler, 'metadata', 'annotations', `shakedown.dev/${end}-replicas`))
  const [least, most] = [declared('min'), declared('max')]
  return replicas >= least && replicas <= most
    ? {minReplicas: least, maxReplicas: most}
    : {minReplicas: replicas, maxReplicas: replicas}
}

/** Switches that are objects of the cluster: how many replicas, and whether evictions must leave one. */
export const createClusterSwitches = (api: KubeApi, clock: Clock): ClusterSwitches => {
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    const deadline = clock.now() + followLimitMs
    while (!(await holds())) {
      if (clock.now() >= deadline) throw new SwitchError(504, `${what} not within ${followLimitMs} ms`)
      await sleep(clock, pollMs)
    }
  }

  const scale = async (service: ServiceName, replicas: number): Promise<void> => {
    const autoscalers = itemsOf(await api.get(autoscaling, 'horizontalpodautoscalers'))
    const own = autoscalers.find((one) => at(one, 'spec', 'scaleTargetRef', 'name') === service)
    if (own) {
      const spec = boundsFor(own, replicas)
      await api.patch(autoscaling, `horizontalpodautoscalers/${nameOf(own)}`, {spec})
    }
    await api.patch(apps, `deployments/${service}/scale`, {spec: {replicas}})
    const path = `deployments/${service}`
    await until(`${service} had ${replicas} ready replicas,`, async () =>
      hasFollowed(await api.get(apps, path), replicas),
    )
  }

  const budget = async (service: ServiceName, on: boolean): Promise<void> => {
    const path = `poddisruptionbudgets/${service}`
    await api.patch(policy, path, {spec: {minAvailable: on ? 1 : 0}})
    await until(`The disruption budget of ${service} was in force,`, async () => {
      const now = await api.get(policy, path)
      return numberAt(now, 'status', 'observedGeneration') >= numberAt(now, 'metadata', 'generation')
    })
  }

  return {
    owns: (name) => parseName(name) !== undefined,
    read: async () => {
      const ours = `labelSelector=${encodeURIComponent('app.kubernetes.io/component=service')}`
      const [deployments, budgets] = await Promise.all([
        api.get(apps, `deployments?${ours}`),
        api.get(policy, `poddisruptionbudgets?${ours}`),
      ])
      return Object.fromEntries([
        ...itemsOf(deployments).map((one) => [`${nameOf(one)}.replicas`, numberAt(one, 'spec', 'replicas')]),
        ...itemsOf(budgets).map((one) => [`${nameOf(one)}.budget`, at(one, 'spec', 'minAvailable') !== 0]),
      ])
    },
    apply: async (changes) => {
      const parsed = Object.entries(changes).map(([name, value]) => parseChange(name, value))
      for (const {service, kind, value} of parsed)
        await (kind === 'replicas' ? scale(service, Number(value)) : budget(service, value === true))
    },
  }
}
