import type {KubernetesObject} from '../../clients/kubernetes/cluster.js'
import type {Json} from '../../system/json.js'
import type {World} from '../fault.js'
import type {Made} from './made-objects.js'
import {type Cut, policyOf, probeLabelKey} from './policy.js'
import {probePodOf, untilProbed} from './probe-pod.js'
import {declaredPort, refuseProtectedSide, type Side, sideOf} from './side.js'
import {refuseStandingPolicies} from './standing-policies.js'

/** What a cut is made of; data, for the journal. */
export interface Plot {
  [key: string]: Json
  /** What will be made, newest last. */
  made: Made[]
  run: string
  namespace: string
  direction: 'ingress' | 'egress'
  /** Workloads by name. */
  to: string
  from: string | null
  probe: {name: string; image: string; goals: string[]; endsAfterS: number} | null
  /** Uids of the pods that the probe tries. */
  tried: string[]
}

/** What is asked for. */
interface Asked {
  id: string
  run: string
  to: string
  from?: string | undefined
  direction: 'ingress' | 'egress'
  probe: string | false
  port?: number | undefined
  lastsMs: number
}

/** So many pods of `to` are tried; the cut is for all of them. */
const mostGoals = 3
/** A probe outlives its fault by this much at most. */
const probeGraceS = 300
/** A probe whose image must be pulled first gets this long; then the cut is made without. */
const firstLookMs = 20_000

const goalsOf = async (
  {pods}: Side,
  port: number | undefined,
  world: World,
): Promise<Pick<Plot, 'tried'> & {goals: string[]}> => {
  const chosen = pods.filter(({ready, ip}) => ready && ip !== undefined).slice(0, mostGoals)
  const [first] = chosen
  const goal = port ?? (first && (await declaredPort(first, world)))
  if (goal === undefined) return {tried: [], goals: []}
  return {tried: chosen.map(({uid}) => uid), goals: chosen.map(({ip = ''}) => `${ip}/${goal}`)}
}

const policy = (name: string): Made => ({apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', name})

/** Names what a cut will make, and what its probe will try. Throws EnvironmentError where another policy is in the way. */
export const plotCut = async (asked: Asked, world: World): Promise<Plot> => {
  const {id, run, to, from, direction, probe: image, port, lastsMs} = asked
  const callee = await sideOf(to, world)
  const caller = from === undefined ? undefined : await sideOf(from, world)
  await refuseProtectedSide(to, callee, world)
  if (from !== undefined && caller) await refuseProtectedSide(from, caller, world)
  const guarded = direction === 'egress' ? (caller ?? callee) : callee
  await refuseStandingPolicies(guarded.pods, direction, world)
  const name = `${run}-${id}`
  const {tried, goals} = await goalsOf(callee, port, world)
  const probed = image !== false && goals.length > 0
  const endsAfterS = Math.ceil(lastsMs / 1_000) + probeGraceS
  return {
    made: [
      policy(name),
      ...(probed && direction === 'egress' ? [policy(`${name}-probe`)] : []),
      ...(probed ? [{apiVersion: 'v1', kind: 'Pod', name: `${name}-probe`}] : []),
    ],
    run,
    namespace: world.cluster().namespace,
    direction,
    to,
    from: from ?? null,
    probe: probed ? {name: `${name}-probe`, image, goals, endsAfterS} : null,
    tried,
  }
}

/** The address of the probe: where addresses are told apart, it is on the side that is cut off. */
const startProbe = async ({probe, run, namespace}: Plot, world: World): Promise<string[]> => {
  if (!probe) return []
  const {objects} = world.cluster()
  await objects.create(probePodOf({...probe, run, namespace}))
  const lines = await untilProbed(probe.name, {lines: 1, limitMs: firstLookMs}, world)
  if (lines.length === 0)
    world.note?.(`probe ${probe.name} has not started: nobody can tell whether the cut bites`)
  const [pod] = (await world.cluster().pods(`${probeLabelKey}=network`)).filter(
    ({name}) => name === probe.name,
  )
  return pod?.ip === undefined ? [] : [pod.ip]
}

const policiesOf = async (
  plot: Plot,
  probeAddresses: string[],
  world: World,
): Promise<KubernetesObject[]> => {
  const {made, run, namespace, direction, to, from} = plot
  const [first, second] = made.filter(({kind}) => kind === 'NetworkPolicy')
  const callee = await sideOf(to, world)
  const caller = from === null ? undefined : await sideOf(from, world)
  const common: Omit<Cut, 'name' | 'subject'> = {run, namespace, direction}
  const name = first?.name ?? ''
  if (direction === 'ingress') {
    const other = caller && {...caller, addresses: [...caller.addresses, ...probeAddresses]}
    return [policyOf({...common, name, subject: callee.selector, ...(other ? {other} : {})})]
  }
  const subject = caller?.selector ?? []
  const probe = [
    {key: probeLabelKey, operator: 'Exists' as const},
    {key: 'shakedown/run', operator: 'In' as const, values: [run]},
  ]
  return [
    policyOf({...common, name, subject, other: callee}),
    // The probe's labels are not the caller's: it would join its Services. It gets the same rule of its own.
    ...(second ? [policyOf({...common, name: second.name, subject: probe, other: callee})] : []),
  ]
}

/**
 * Starts the probe, waits until it has tried once, then makes the policies.
 *
 *   probe   open open open ┃ cut cut cut
 *                          ▲ policy
 */
export const cutNetwork = async (plot: Plot, world: World): Promise<void> => {
  const addresses = await startProbe(plot, world)
  for (const one of await policiesOf(plot, addresses, world)) await world.cluster().objects.create(one)
}
