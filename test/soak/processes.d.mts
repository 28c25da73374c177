/** Living processes started with this state directory. See processes.mjs. */
export const processesOf: (stateDirectory: string) => {pid: number; command: string}[]

/** Asks until the answer is true; says whether it became so within the limit. */
export const until: (
  answer: () => boolean | Promise<boolean>,
  limitMs: number,
  everyMs?: number,
) => Promise<boolean>
