import {setTimeout as sleep} from 'node:timers/promises'

/** Waits until `check` answers true; errors count as not yet. Ends with what was waited for and the last error. */
export const waitFor = async (what, seconds, check) => {
  const limit = performance.now() + seconds * 1_000
  let last
  while (performance.now() < limit) {
    try {
      if (await check()) return
    } catch (cause) {
      last = cause
    }
    await sleep(100)
  }
  throw new Error(`${what}: not within ${seconds} s${last ? ` (${last.message})` : ''}`)
}
