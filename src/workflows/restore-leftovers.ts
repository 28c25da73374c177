import {exitCodes} from '../exit-codes.js'
import type {Leftover} from '../run/leftovers.js'
import {type Restored, restoreAll} from '../run/restore.js'
import {stateDirectory} from '../system/state-directory.js'

const describeLeftover = ({runId, changes}: Leftover): string[] =>
  changes.map(({fault, inverse}) => `${runId} left ${fault} ${JSON.stringify(inverse)}`)

const describeRestored = ({runId, undone, residual}: Restored): string[] => [
  ...undone.map((change) => `${runId}: undone: ${change}`),
  ...residual.map(({message, remedy}) => `${runId}: STILL BROKEN: ${message}; ${remedy}`),
]

/** Lists what earlier runs left, or takes it back; exit 5 when something stays. */
export const restoreLeftovers = async (dryRun: boolean, runId: string | undefined) => {
  const {leftovers, restored} = await restoreAll(stateDirectory(), {dryRun, runId})
  const lines = dryRun ? leftovers.flatMap(describeLeftover) : restored.flatMap(describeRestored)
  const residual = restored.flatMap((run) => run.residual)
  return {
    text: lines.length > 0 ? lines.join('\n') : 'Nothing is left of earlier runs.',
    exitCode: residual.length > 0 ? exitCodes.residual : exitCodes.pass,
    json: dryRun ? {leftovers} : {restored},
  }
}
