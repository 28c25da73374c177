import {EnvironmentError} from '../../errors.js'
import type {World} from '../fault.js'

/** Longest that the undo of a change in a cluster may take: the API server may be away for most of it. */
export const clusterUndoLimitMs = 40_000

const pauseMs = 500

/**
 * Does it, again and again while the cluster does not do its part, until the world's signal aborts; then throws what the
 * cluster said last. For undo: an API server that restarts must not leave a change behind.
 */
export const persist = async <T>({clock, signal}: World, work: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await work()
    } catch (cause) {
      if (!(cause instanceof EnvironmentError) || signal.aborted) throw cause
      const goesOn = await clock.sleep(pauseMs, signal).then(
        () => true,
        () => false,
      )
      if (!goesOn) throw cause
    }
  }
}
