import type {LoadTotals, PreparedLoad} from '../engine.js'

/** A load that k6 makes, once it was started. */
interface StartedLoad {
  run(startAtMs: number): Promise<LoadTotals>
  stop(graceMs: number): void
}

const nothing: LoadTotals = {due: 0, sent: 0, skipped: 0, answered: 0, failed: 0}

/** A load that is ready, by the contract of engines: one that is stopped before its start sends nothing. */
export const preparedLoad = (
  load: StartedLoad,
  signal: AbortSignal,
  close: () => Promise<void>,
): PreparedLoad => {
  let running: Promise<LoadTotals> | undefined
  let stopped = false
  return {
    run: async (startAtMs) => {
      if (stopped || signal.aborted) return nothing
      running = load.run(startAtMs)
      const abort = (): void => load.stop(0)
      signal.addEventListener('abort', abort, {once: true})
      try {
        return await running
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    stop: async (graceMs) => {
      stopped = true
      if (running === undefined) return
      load.stop(graceMs)
      // What went wrong instead is told by `run`.
      await running.catch(() => undefined)
    },
    close,
  }
}
