import {EnvironmentError, UserError} from '../errors.js'
import {exitCodes} from '../exit-codes.js'
import {changeInWords, timeInWords} from '../run/undo/changes-in-words.js'
import type {Leftover} from '../run/undo/leftovers.js'
import {ownerInWords} from '../run/undo/owner.js'
import {readRecoveries, recoveryInWords} from '../run/undo/recoveries.js'
import {restoreAll, type Survey, surveyJournals} from '../run/undo/restore.js'
import type {Restored} from '../run/undo/restore-run.js'
import {stateDirectory} from '../system/state-directory.js'
import {restoreClusterOrphans} from './restore-cluster-orphans.js'
import {restoreOrphans} from './restore-orphans.js'

/** The flags of `restore`, as parsed. */
export interface RestoreFlags {
  'dry-run': boolean
  run?: string | undefined
  toxiproxy?: string | undefined
  target?: string | undefined
  orphans: boolean
}

/** So many of the last recoveries are told when nothing is left. */
const told = 3

const describeLeftover = ({runId, changes, damaged, path}: Leftover): string[] => [
  ...changes.map((change) => {
    const since = change.atMs === undefined ? '' : `, made ${timeInWords(change.atMs)}`
    return `${runId} left ${changeInWords(change)}${since}`
  }),
  ...damaged.map((line) => `${runId}: line ${line} of ${path} is damaged: what it named may be left, too`),
]

const describeRestored = ({runId, undone, notes, residual}: Restored): string[] => [
  ...undone.map((change) => `${runId}: undone: ${change}`),
  ...notes.map((note) => `${runId}: ${note}`),
  ...residual.flatMap(({message, remedy}) => [
    `${runId}: STILL BROKEN: ${message}`,
    `  to fix it: ${remedy}`,
  ]),
]

const describeOthers = ({running, elsewhere, unreadable}: Survey, named: boolean): string[] => [
  ...running.map(({runId, owner}) => `${runId} still runs (${ownerInWords(owner)}): left alone`),
  ...(named ? [] : elsewhere).map(
    ({runId, owner}) =>
      `${runId} belongs to ${ownerInWords(owner)}: left alone. If that is dead: shakedown restore --run ${runId}`,
  ),
  ...unreadable.flatMap(({runId, problem, remedy}) => [
    `${runId}: MAY STILL BE BROKEN: ${problem}`,
    `  to fix it: ${remedy}`,
  ]),
]

/** A run id that is mistyped must not look like one that left nothing. */
const checkRun = async (runId: string, survey: Survey): Promise<void> => {
  const [running] = survey.running
  if (running) {
    throw new EnvironmentError(`Run ${runId} still runs (${ownerInWords(running.owner)})`, {
      hint: `It undoes its faults itself when it is stopped: kill -INT ${running.owner.pid}`,
    })
  }
  const {left, elsewhere, unreadable} = survey
  if (left.length + elsewhere.length + unreadable.length > 0) return
  const recovered = (await readRecoveries(stateDirectory())).some((recovery) => recovery.runId === runId)
  if (recovered) return
  throw new UserError(`No run ${runId} has left anything in ${stateDirectory()}`, {
    hint: 'shakedown restore --dry-run lists those that have. For a run of another state directory, add --toxiproxy URL or --target FILE.',
  })
}

/** Lists what earlier runs left, or takes it back; exit 5 when something stays. */
export const restoreLeftovers = async (flags: RestoreFlags, signal: AbortSignal) => {
  const {'dry-run': dryRun, run: runId, toxiproxy, target} = flags
  if (flags.orphans && toxiproxy === undefined && target === undefined) {
    throw new UserError('--orphans needs to know where to look', {
      hint: 'Add --toxiproxy URL, or --target FILE of a target in a cluster.',
    })
  }
  const request = {stateDirectory: stateDirectory(), runId, signal}
  const before = await surveyJournals(request)
  if (runId !== undefined && toxiproxy === undefined && target === undefined) await checkRun(runId, before)
  const {restored, ...survey} = dryRun ? {...before, restored: [] as Restored[]} : await restoreAll(request)
  const orphans =
    toxiproxy === undefined ? undefined : await restoreOrphans({...flags, toxiproxy}, request.stateDirectory)
  const inCluster =
    target === undefined
      ? undefined
      : await restoreClusterOrphans({...flags, target}, request.stateDirectory, signal)
  signal.throwIfAborted()
  const listed = [...before.left, ...(runId === undefined ? [] : before.elsewhere)]
  const lines = [
    ...(dryRun ? listed.flatMap(describeLeftover) : restored.flatMap(describeRestored)),
    ...describeOthers(survey, runId !== undefined),
    ...(orphans?.lines ?? []),
    ...(inCluster?.lines ?? []),
  ]
  const recoveries = (await readRecoveries(request.stateDirectory)).slice(-told)
  const nothing = [
    'Nothing is left of earlier runs.',
    ...recoveries.map((recovery) => `Lately: ${recoveryInWords(recovery)}`),
  ]
  const broken =
    restored.some(({residual}) => residual.length > 0) ||
    survey.unreadable.length > 0 ||
    orphans?.broken ||
    inCluster?.broken
  return {
    text: (lines.length > 0 ? lines : nothing).join('\n'),
    exitCode: broken && !dryRun ? exitCodes.residual : exitCodes.pass,
    json: {
      ...(dryRun ? {leftovers: listed} : {restored}),
      ...others(survey),
      recoveries,
      orphans: [...(orphans?.json ?? []), ...(inCluster?.json ?? [])],
    },
  }
}

const others = ({running, elsewhere, unreadable}: Survey) => ({
  running: running.map(({runId, owner}) => ({runId, owner})),
  elsewhere: elsewhere.map(({runId, owner}) => ({runId, owner})),
  unreadable,
})
