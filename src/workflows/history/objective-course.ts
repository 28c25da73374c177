import {UserError} from '../../errors.js'
import {closest} from '../../scenarios/suggest.js'
import type {Listed} from './list-runs.js'
import type {ObjectiveEntry, RunEntry} from './run-entry.js'

/** An objective in one phase of one scenario, run by run, the oldest first. */
export interface Course {
  objective: string
  scenario: string
  phase: string
  runs: (Pick<RunEntry, 'run' | 'createdMs' | 'mode'> & {
    /** Of the run; `invalid` says that the objective was not put to the test. */
    runOutcome: RunEntry['outcome']
    verdict: ObjectiveEntry
  })[]
}

/** How an objective went over the runs listed. Throws UserError for one that none of them has. */
export const coursesOf = (listed: readonly Listed[], objective: string): Course[] => {
  const runs = listed.filter((one): one is Listed & RunEntry => !('problem' in one))
  if (runs.length === 0) throw new UserError(`There is no run to draw "${objective}" of`)
  const names = [...new Set(runs.flatMap(({objectives}) => objectives.map(({name}) => name)))]
  if (!names.includes(objective)) {
    const near = closest(objective, names)
    throw new UserError(`No run has an objective "${objective}"`, {
      hint: near
        ? `Did you mean "${near}"?`
        : `The runs have ${names.map((name) => `"${name}"`).join(', ') || 'none'}.`,
    })
  }
  const courses = new Map<string, Course>()
  for (const entry of [...runs].sort((a, b) => a.createdMs - b.createdMs)) {
    for (const verdict of entry.objectives.filter(({name}) => name === objective)) {
      const {run, createdMs, mode, outcome: runOutcome, scenario} = entry
      const key = JSON.stringify([scenario, verdict.phase])
      const course = courses.get(key) ?? {objective, scenario, phase: verdict.phase, runs: []}
      course.runs.push({run, createdMs, mode, runOutcome, verdict})
      courses.set(key, course)
    }
  }
  return [...courses.values()]
}
