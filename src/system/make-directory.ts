import {mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'

const codeOf = (thrown: unknown): unknown =>
  thrown instanceof Error && 'code' in thrown ? thrown.code : undefined

/**
 * Makes a directory with those above it; one that is there is no error. In place of Node's `recursive`, which goes round
 * for ever where nothing can be made and the system calls that "no such file" (proc(5)).
 */
export const makeDirectory = async (path: string, mode = 0o700): Promise<void> => {
  const make = async (): Promise<void> => {
    await mkdir(path, {mode}).catch((cause: unknown) => {
      if (codeOf(cause) !== 'EEXIST') throw cause
    })
  }
  try {
    await make()
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT' || dirname(path) === path) throw cause
    await makeDirectory(dirname(path), mode)
    await make()
  }
}
