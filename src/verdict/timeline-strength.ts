import {sketchOf} from '../plan/strength.js'
import type {RunEvent, RunRecord} from '../run/record.js'
import {courseOf} from './fault-course.js'
import {plural} from './words.js'

/** So many turns of a fault's strength are told one by one; the sketch at its end shows the rest. */
const mostTurns = 4

/** So many failed changes are told; a proxy that does not answer fails them all. */
const mostFailures = 3

const sketchWidth = 24

type LevelEvent = RunEvent & {event: 'fault-level'}

/** Where the strength stops rising or falling. The first level comes with the fault itself. */
const turnsOf = (levels: readonly LevelEvent[]): LevelEvent[] =>
  levels.filter((event, index) => {
    const [before, after] = [levels[index - 1], levels[index + 1]]
    if (!before) return false
    const rose = event.level > before.level
    return after ? rose !== after.level > event.level : rose
  })

/** The events without those changes of strength that a reader would skip. */
export const condensed = (events: readonly RunEvent[]): RunEvent[] => {
  const ofFault = <Name extends 'fault-level' | 'fault-level-failed'>(name: Name, fault: string) =>
    events.filter((event): event is RunEvent & {event: Name} => event.event === name && event.fault === fault)
  const faults = [
    ...new Set(
      events.flatMap((event) =>
        event.event.startsWith('fault-level') && 'fault' in event ? event.fault : [],
      ),
    ),
  ]
  const kept = new Set<RunEvent>(
    faults.flatMap((fault) => [
      ...turnsOf(ofFault('fault-level', fault)).slice(0, mostTurns),
      ...ofFault('fault-level-failed', fault).slice(0, mostFailures),
    ]),
  )
  return events.filter((event) => !event.event.startsWith('fault-level') || kept.has(event))
}

/** What the strength of a fault was like from beginning to end: `, its strength was ▁▃▅▇█ in 12 levels`. */
export const strengthTold = (record: RunRecord, fault: string): string => {
  const course = courseOf(record, fault)
  if (!course || course.levels.length === 0) return ''
  const failed = course.failed.length > 0 ? `, ${plural(course.failed.length, 'change')} failed` : ''
  const sketch = sketchOf(course.levels, course, sketchWidth)
  return `, its strength was ${sketch} in ${plural(course.levels.length, 'level')}${failed}`
}
