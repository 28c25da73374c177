/** A few workers and a line before them. */
export interface Workers {
  /** Does the work when a worker is free, in the order of asking. */
  run<T>(work: () => Promise<T>): Promise<T>
  waiting(): number
}

/**
 * At most `slots` at a time; the line is as long as it gets. Whoever left meanwhile is served all the same: nothing in
 * the line knows who still waits for it. That is how most services queue, and why retries without a budget can keep
 * one down: each of them adds work that nobody waits for any more.
 */
export const createWorkers = (slots: number): Workers => {
  const line: (() => void)[] = []
  let busy = 0

  const free = (): void => {
    const next = line.shift()
    // The slot goes to the next in line; `busy` stays what it is.
    if (next) next()
    else busy--
  }

  return {
    run: async (work) => {
      if (busy < slots) busy++
      else await new Promise<void>((resolve) => line.push(resolve))
      try {
        return await work()
      } finally {
        free()
      }
    },
    waiting: () => line.length,
  }
}
