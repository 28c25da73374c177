import {appendFile, stat} from 'node:fs/promises'

/** GitHub refuses the whole summary of a step when it is larger. */
const mostBytes = 1024 * 1024

/** Leaves room for what another command of the same step may add. */
const reserveBytes = 4096

/**
 * Adds Markdown to the summary of a step of GitHub Actions. Where it does not fit any more, the short form does.
 * Rejects when the file cannot be written.
 */
export const appendStepSummary = async (path: string, text: string, short: string): Promise<void> => {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  const room = mostBytes - reserveBytes - size
  const fits = [text, short].find((one) => Buffer.byteLength(one) + 1 <= room)
  if (fits !== undefined) await appendFile(path, `${fits}\n`)
}

/**
 * Adds outputs of a step of GitHub Actions, each between two lines that its value does not hold.
 * Rejects when the file cannot be written.
 */
export const appendStepOutputs = async (path: string, outputs: Record<string, string>): Promise<void> => {
  const all = Object.values(outputs).join('\n')
  let mark = 'end-of-output'
  while (all.includes(mark)) mark += '-'
  const lines = Object.entries(outputs).map(([name, value]) => `${name}<<${mark}\n${value}\n${mark}\n`)
  await appendFile(path, lines.join(''))
}
