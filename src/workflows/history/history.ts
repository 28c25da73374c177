import {layoutOf, type Screen} from '../../output/screen.js'
import {painter} from '../../reporters/layout.js'
import {courseText} from './draw-course.js'
import {type HistoryAsked, type Listed, listRuns} from './list-runs.js'
import {type Course, coursesOf} from './objective-course.js'
import {runsText} from './runs-table.js'

/** Version of the JSON of `history`. */
const historyVersion = 1

export interface History {
  historyVersion: number
  runs: Listed[]
  /** One objective in each of its phases, when it was asked for. */
  objective?: Course[]
}

/** The runs in a folder, and one objective over them where it is asked for. Throws UserError for what is not there. */
export const showHistory = async (
  asked: HistoryAsked & {objective?: string | undefined},
  screen: Screen,
  signal: AbortSignal,
): Promise<{history: History; text: string}> => {
  const runs = await listRuns(asked, signal)
  const layout = {width: Math.max(16, screen.columns ?? 100), paint: painter(layoutOf(screen).color)}
  if (asked.objective === undefined) {
    return {history: {historyVersion, runs}, text: runsText(runs, layout).join('\n')}
  }
  const objective = coursesOf(runs, asked.objective)
  const text = objective.map((course) => courseText(course, layout).join('\n')).join('\n\n')
  return {history: {historyVersion, runs, objective}, text}
}
