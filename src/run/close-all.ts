/** What was opened, and must be closed. */
export type Closers = (() => Promise<void>)[]

/** Closes newest first and never stops half-way: what stays open would keep the process alive. */
export const closeAll = async (closers: Closers): Promise<void> => {
  const failures: unknown[] = []
  for (const close of closers.reverse()) {
    await close().catch((cause: unknown) => failures.push(cause))
  }
  if (failures.length > 0) throw failures[0]
}
