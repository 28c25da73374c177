import type {RunSummary} from '../verdict/summary.js'
import {count, list} from '../verdict/words.js'
import {plain} from './layout.js'

/** Why a step ended its flow, as it stands after "at pay:". */
const reasons: Record<string, string> = {
  skipped: 'too many in flight',
  failed: 'no answer',
  status: 'wrong status',
  extract: 'value not in the answer',
  'too-large': 'answer too large to look for a value',
  value: 'value that does not fit',
}

/** What became of flows, and which answers were not expected: a line for each, none where there is nothing to say. */
export const loadRemarks = ({flows = [], unexpected = {}}: RunSummary): string[] => [
  ...flows.map(({flow, started, completed, broken}) => {
    const ends = broken.map(
      ({step, reason, count: times}) =>
        `${count(times)} at ${plain(step)}: ${reasons[reason] ?? plain(reason)}`,
    )
    const told = ends.length === 0 ? 'none broken' : `broken ${ends.join(', ')}`
    return `Flow ${plain(flow)}: ${count(started)} started, ${count(completed)} completed, ${told}.`
  }),
  ...(Object.keys(unexpected).length > 0
    ? [
        `Answers with a status that was not expected: ${list(
          Object.entries(unexpected).map(([name, times]) => `${count(times)} of ${plain(name)}`),
        )}.`,
      ]
    : []),
]
