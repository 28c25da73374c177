import {readdir, rename, unlink} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {makeDirectory} from '../../system/make-directory.js'

/** Journals that have done their work: enough to tell what happened lately, and no more. */
const kept = 20

/** Where finished journals are, beside the folder of the others. */
export const historyFolder = (stateDirectory: string): string => join(stateDirectory, 'journal-history')

/** Moves a finished journal to the history, of which the newest 20 stay. What cannot be moved is deleted. */
export const retireJournal = async (path: string): Promise<void> => {
  const folder = historyFolder(dirname(dirname(path)))
  try {
    await makeDirectory(folder)
    await rename(path, join(folder, basename(path)))
    // Run ids begin with the time: the first names are the oldest.
    const names = (await readdir(folder)).sort()
    for (const name of names.slice(0, Math.max(0, names.length - kept))) await unlink(join(folder, name))
  } catch {
    // Left where it is, it would be played again.
    await unlink(path).catch(() => {})
  }
}
