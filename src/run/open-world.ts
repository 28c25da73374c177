import type {Cluster} from '../clients/kubernetes/cluster.js'
import {clusterAt} from '../clients/kubernetes/connect.js'
import {connectToxiproxy, type ToxiproxyClient} from '../clients/toxiproxy.js'
import {EnvironmentError} from '../errors.js'
import type {World} from '../faults/fault.js'
import type {Target} from '../scenarios/target.js'
import type {Clock} from '../system/clock.js'
import {connectPodWorkloads} from '../targets/kubernetes/pod-workloads.js'
import {connectWorkloads} from '../targets/local.js'
import type {Workloads} from '../targets/workloads.js'

/** Lets work of the same key wait for each other. */
const takingTurns = (): NonNullable<World['inTurn']> => {
  const last = new Map<string, Promise<void>>()
  return async (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work)
    last.set(
      key,
      turn.catch(() => {}),
    )
    await turn
  }
}

/** What faults may touch, connected when first asked for. */
export const openWorld = (target: Target, runId: string, clock: Clock, signal: AbortSignal): World => {
  let toxiproxy: ToxiproxyClient | undefined
  let workloads: Workloads | undefined
  let cluster: Cluster | undefined
  const clusterOf = (): Cluster => {
    if (!target.kubernetes) {
      throw new EnvironmentError(`Target ${target.name} is in no cluster`, {
        hint: 'Faults on pods and nodes need one: say `kubernetes: {namespace: …}` in the target file.',
      })
    }
    // Not the run's signal: what is undone after Ctrl-C goes through it as well. Every call has its own limit.
    cluster ??= clusterAt(target.kubernetes, new AbortController().signal)
    return cluster
  }
  return {
    runId,
    target,
    clock,
    signal,
    inTurn: takingTurns(),
    toxiproxy: () => {
      if (!target.toxiproxy) {
        throw new EnvironmentError(`Target ${target.name} names no Toxiproxy`, {
          hint: 'Faults on edges need one: add `toxiproxy: {url: …}` to the target file, or pass --toxiproxy URL.',
        })
      }
      toxiproxy ??= connectToxiproxy(target.toxiproxy.url)
      return toxiproxy
    },
    workloads: () => {
      workloads ??= openWorkloads(target, clusterOf)
      return workloads
    },
    cluster: clusterOf,
  }
}

/** Replicas of a supervisor, or pods of a cluster. */
const openWorkloads = (target: Target, cluster: () => Cluster): Workloads => {
  const control = target.control && connectWorkloads(target.control.url)
  if (target.kubernetes) return connectPodWorkloads(target, cluster(), control)
  if (control) return control
  throw new EnvironmentError(`Target ${target.name} has no control API`, {
    hint: 'Faults on processes and switches need the supervisor of a local deployment.',
  })
}
