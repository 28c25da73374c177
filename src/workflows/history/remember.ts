import {readFile, rename, stat, writeFile} from 'node:fs/promises'
import {z} from 'zod'
import type {Report} from '../../reporters/reporter.js'
import {packageVersion} from '../../system/package-version.js'
import {verdictVersion} from '../../verdict/verdict.js'
import {entryOf, entryVersion, type RunEntry, runEntry} from './run-entry.js'

/**
 * A verdict beside its record, so that a list of hundreds need not judge them all again. It is only a memory: it counts
 * as long as the record is the file that was judged, and the judge is of the same version.
 */
const memory = z.object({
  entryVersion: z.literal(entryVersion),
  verdictVersion: z.literal(verdictVersion),
  shakedown: z.string(),
  record: z.object({bytes: z.number(), modifiedMs: z.number()}),
  entry: runEntry,
})

/** `record.jsonl.gz` → `record.verdict.json` */
const memoryPath = (recordPath: string): string => `${recordPath.replace(/\.jsonl\.gz$/, '')}.verdict.json`

const identityOf = async (recordPath: string): Promise<{bytes: number; modifiedMs: number}> => {
  const {size, mtimeMs} = await stat(recordPath)
  return {bytes: size, modifiedMs: mtimeMs}
}

/** Keeps a verdict beside its record, and returns what a list tells of it. Where nothing can be written, nothing is kept. */
export const rememberVerdict = async ({
  record,
  verdict,
  recordPath,
}: Pick<Report, 'record' | 'verdict' | 'recordPath'>): Promise<RunEntry> => {
  const entry = entryOf({record, verdict})
  const path = memoryPath(recordPath)
  try {
    const of = {record: await identityOf(recordPath), shakedown: packageVersion()}
    const text = JSON.stringify({entryVersion, verdictVersion, ...of, entry})
    // Two lists at once must not read half a file.
    await writeFile(`${path}.tmp`, `${text}\n`)
    await rename(`${path}.tmp`, path)
  } catch {
    // A folder that is only read, a full disk: the next list judges again.
  }
  return entry
}

/** What is remembered of a record; `undefined` when it is nothing, or not of this record or this version. */
export const recallVerdict = async (recordPath: string): Promise<RunEntry | undefined> => {
  try {
    const parsed = memory.safeParse(JSON.parse(await readFile(memoryPath(recordPath), 'utf8')))
    if (!parsed.success || parsed.data.shakedown !== packageVersion()) return undefined
    const {bytes, modifiedMs} = await identityOf(recordPath)
    const {record, entry} = parsed.data
    return record.bytes === bytes && record.modifiedMs === modifiedMs ? entry : undefined
  } catch {
    return undefined
  }
}
