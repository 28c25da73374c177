import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Plan} from '../../plan/plan.js'
import {arrivalsOfStreams} from '../pacer/agenda.js'
import type {ListedArrival} from './script/messages.js'
import {isListed} from './stream-arrivals.js'

/** The arrivals of one stream, in the order of time, where they are listed for k6. */
const listOf = (plan: Plan, index: number): ListedArrival[] => {
  const {replay} = plan.scenario.load.streams[index] ?? {}
  const cursor = arrivalsOfStreams(plan)[index]?.start()
  const list: ListedArrival[] = []
  for (; cursor !== undefined && Number.isFinite(cursor.atMs); cursor.advance()) {
    const entry = replay?.entries[cursor.n]
    list.push(entry ?? {atMs: cursor.atMs})
  }
  return list
}

/** Of each stream whose times k6 is told one by one, those; the same that pacer would send at. */
export const listsOf = (plan: Plan): (ListedArrival[] | undefined)[] =>
  plan.scenario.load.streams.map((stream, index) => (isListed(stream) ? listOf(plan, index) : undefined))

/** Writes each list to a file of its own; returns their paths, null for a stream that has none. */
export const writeLists = async (
  lists: readonly (ListedArrival[] | undefined)[],
  folder: string,
): Promise<(string | null)[]> =>
  await Promise.all(
    lists.map(async (list, index) => {
      if (list === undefined) return null
      const path = join(folder, `arrivals-${index}.json`)
      await writeFile(path, JSON.stringify(list))
      return path
    }),
  )
