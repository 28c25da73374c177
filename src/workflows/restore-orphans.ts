import {findOrphans, type Orphan, removeOrphan} from '../run/undo/orphans.js'
import {surveyJournals} from '../run/undo/restore.js'
import type {Residual} from '../run/undo/undo-stack.js'

/** Which toxics without a journal are asked for, and what may be done to them. */
interface OrphanRequest {
  toxiproxy: string
  'dry-run': boolean
  /** Of this run only; naming it says that it is dead. */
  run?: string | undefined
  /** Of all runs that nothing is known of. */
  orphans: boolean
}

/** What became of the orphans on a Toxiproxy. */
export interface RestoredOrphans {
  lines: string[]
  /** Something is left. */
  broken: boolean
  json: (Orphan & {removed: boolean; residual: Residual[]})[]
}

/**
 * Lists the toxics on a Toxiproxy that are named as ours and that no journal here tells of, and takes those out that the
 * user said are dead: nobody here can know whether a run of another state directory still goes on.
 */
export const restoreOrphans = async (
  {toxiproxy: url, 'dry-run': dryRun, run, orphans: all}: OrphanRequest,
  stateDirectory: string,
): Promise<RestoredOrphans> => {
  const {left, running} = await surveyJournals({stateDirectory})
  const known = new Set([...left, ...running].map(({runId}) => runId))
  const found = (await findOrphans(url, known)).filter(({runId}) => run === undefined || runId === run)
  const result: RestoredOrphans = {lines: [], broken: false, json: []}
  for (const orphan of found) {
    const {runId, proxy, toxic, type} = orphan
    const remove = !dryRun && (all || run !== undefined)
    const words = `${type} on ${proxy} (toxic ${toxic})`
    const note = (message: string): unknown => result.lines.push(`${runId}: ${message}`)
    const residual = remove ? await removeOrphan(orphan, url, note) : []
    result.json.push({...orphan, removed: remove && residual.length === 0, residual})
    result.broken ||= !remove || residual.length > 0
    if (!remove) {
      const how = `shakedown restore --toxiproxy ${url} --run ${runId}`
      result.lines.push(`${runId} of another state directory has ${words}`, `  if that run is dead: ${how}`)
    } else if (residual.length === 0) result.lines.push(`${runId}: undone: ${words}`)
    for (const {message, remedy} of residual) {
      result.lines.push(`${runId}: STILL BROKEN: ${message}`, `  to fix it: ${remedy}`)
    }
  }
  return result
}
