import {resolve} from 'node:path'
import {clusterAt} from '../clients/kubernetes/connect.js'
import {UserError} from '../errors.js'
import {
  type ClusterOrphan,
  findClusterOrphans,
  orphanInWords,
  removeClusterOrphan,
} from '../run/undo/cluster-orphans.js'
import {surveyJournals} from '../run/undo/restore.js'
import type {Residual} from '../run/undo/undo-stack.js'
import {loadTarget} from '../scenarios/load-target.js'
import {runLabel} from '../system/run-label.js'

/** Which labelled objects without a journal are asked for, and what may be done to them. */
interface ClusterOrphanRequest {
  /** Path of a target file that names the cluster. */
  target: string
  'dry-run': boolean
  /** Of this run only; naming it says that it is dead. */
  run?: string | undefined
  /** Of all runs that nothing is known of. */
  orphans: boolean
}

/** What became of them. */
export interface RestoredClusterOrphans {
  lines: string[]
  /** Something is left. */
  broken: boolean
  json: (ClusterOrphan & {removed: boolean; residual: Residual[]})[]
}

/**
 * Lists what bears the name of a run in a target's namespace and on nodes and that no journal here tells of, and takes
 * back what the user said is dead: nobody here can know whether a run of another state directory still goes on.
 */
export const restoreClusterOrphans = async (
  {target: path, 'dry-run': dryRun, run, orphans: all}: ClusterOrphanRequest,
  stateDirectory: string,
  signal: AbortSignal,
): Promise<RestoredClusterOrphans> => {
  const target = await loadTarget(resolve(path))
  if (!target.kubernetes) throw new UserError(`Target ${target.name} is in no cluster`)
  const result: RestoredClusterOrphans = {lines: [], broken: false, json: []}
  const note = (message: string): unknown => result.lines.push(message)
  const {left, running} = await surveyJournals({stateDirectory})
  const known = new Set([...left, ...running].map(({runId}) => runLabel(runId)))
  const cluster = clusterAt(target.kubernetes, signal)
  await cluster.checkNamespace()
  const found = await findClusterOrphans(target, cluster, known, note)
  for (const orphan of found.filter((one) => run === undefined || one.run === runLabel(run))) {
    const remove = !dryRun && (all || run !== undefined)
    const words = orphanInWords(orphan)
    const residual = remove ? await removeClusterOrphan(orphan, target, note) : []
    result.json.push({...orphan, removed: remove && residual.length === 0, residual})
    result.broken ||= !remove || residual.length > 0
    if (!remove) {
      const how = `shakedown restore --target ${path} --run ${orphan.run}`
      result.lines.push(
        `${orphan.run} of another state directory has left ${words}`,
        `  if that run is dead: ${how}`,
      )
    } else if (residual.length === 0) result.lines.push(`${orphan.run}: undone: ${words}`)
    for (const {message, remedy} of residual) {
      result.lines.push(`${orphan.run}: STILL BROKEN: ${message}`, `  to fix it: ${remedy}`)
    }
  }
  return result
}
