import {stat} from 'node:fs/promises'
import {join} from 'node:path'

/** A record by its path, or by the folder of its run. */
export const recordPathOf = async (given: string): Promise<string> => {
  const found = await stat(given).catch(() => undefined)
  return found?.isDirectory() ? join(given, 'record.jsonl.gz') : given
}
