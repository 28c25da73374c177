import {EnvironmentError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import {runLabelKey} from '../../system/run-label.js'
import {kubectlFor} from '../cluster/by-hand.js'
import {persist} from '../cluster/persist.js'
import type {World} from '../fault.js'

/** An object that a fault makes, by its kind and name; data, for the journal. */
export type Made = {apiVersion: string; kind: string; name: string}

/** A call of a killed process may land this much later. */
const lateMs = 1_500
const pollMs = 300
const goneLimitMs = 20_000

/** Its uid, when it is there and ours. */
const ours = async (
  {apiVersion, kind, name}: Made,
  run: string,
  {cluster}: World,
): Promise<string | undefined> => {
  const found = await cluster().objects.read(apiVersion, kind, name)
  return found?.metadata.labels?.[runLabelKey] === run ? found.metadata.uid : undefined
}

/**
 * Deletes what bears the run's label, the very object that was found (by its uid), and reads back that all is gone; what
 * lands a moment later is deleted, too. Throws EnvironmentError with what is left.
 */
export const removeMade = async (made: readonly Made[], run: string, world: World): Promise<void> => {
  const {clock, signal} = world
  // An API server that was away until now has had no time to delete anything.
  let answeredMs: number | undefined
  const seen = new Set<string>()
  for (;;) {
    const left: Made[] = []
    for (const one of made) {
      const uid = await persist(world, () => ours(one, run, world))
      if (uid === undefined) continue
      left.push(one)
      seen.add(one.name)
      await persist(world, () => world.cluster().objects.remove(one.apiVersion, one.kind, one.name, uid))
    }
    answeredMs ??= clock.now()
    const passedMs = clock.now() - answeredMs
    if (left.length === 0 && (seen.size === made.length || passedMs >= lateMs)) return
    if (signal.aborted || passedMs >= goneLimitMs) {
      throw new EnvironmentError(`Still there: ${left.map(({kind, name}) => `${kind} ${name}`).join(', ')}`)
    }
    await clock.sleep(pollMs, signal).catch(() => {})
  }
}

/** What a person types to delete them. */
export const removeRemedy = (made: readonly Made[], target: Target): string =>
  made
    .map(({kind, name}) => `${kubectlFor(target)} delete ${kind.toLowerCase()} ${name} --ignore-not-found`)
    .join('; ')
