import type {Plan} from '../../plan/plan.js'
import {seededRandom} from '../../system/random.js'
import {type Arrivals, arrivalsOf, type Cursor, listedArrivals, poissonArrivalsOf} from './arrivals.js'

/** All that is due, of all streams, in the order of time. */
export interface Agenda {
  /** When the next arrival is due; infinite when there is none left. */
  nextMs(): number
  /** Takes the next arrival off: its stream's index and its number in the stream. */
  take(announce: (stream: number, n: number, atMs: number) => void): void
}

/** The arrivals of each stream of a plan. Throws when the plan names no such stream in its scenario. */
export const arrivalsOfStreams = ({streams, scenario, seed, durationMs}: Plan): Arrivals[] =>
  streams.map(({name, rates}, index) => {
    const {replay} = scenario.load.streams[index] ?? {}
    if (replay !== undefined) return listedArrivals(replay.entries, durationMs)
    const random = () => seededRandom(seed).fork(`pacer: arrivals of ${name}`)
    return scenario.load.streams[index]?.poisson ? poissonArrivalsOf(rates, random) : arrivalsOf(rates)
  })

/** One agenda of several streams; of those due at the same time, the first stream's comes first. */
export const agendaOf = (streams: readonly Arrivals[]): Agenda => {
  const cursors = streams.map((arrivals) => arrivals.start())
  const earliest = (): number => {
    let first = 0
    for (let index = 1; index < cursors.length; index++)
      if (atMsOf(cursors[index]) < atMsOf(cursors[first])) first = index
    return first
  }
  let next = earliest()
  return {
    nextMs: () => atMsOf(cursors[next]),
    take: (announce) => {
      const stream = next
      const cursor = cursors[stream]
      if (cursor === undefined) return
      const {n, atMs} = cursor
      cursor.advance()
      if (cursors.length > 1) next = earliest()
      announce(stream, n, atMs)
    },
  }
}

const atMsOf = (cursor: Cursor | undefined): number => cursor?.atMs ?? Number.POSITIVE_INFINITY
