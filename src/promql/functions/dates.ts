import {type Column, type Grid, timeAt, valueAt} from '../evaluate/values.js'
import {withoutName} from '../labels.js'
import {type Functions, vectorArgument, type WholeFunction} from './function.js'

const now = (grid: Grid): Column => ({
  labels: {},
  values: Float64Array.from({length: grid.count}, (_, step) => timeAt(grid, step) / 1000),
  present: new Uint8Array(grid.count).fill(1),
})

/** A part of a date in UTC: of each sample, read as seconds since the epoch, or of the evaluation time. */
const datePart = (part: (date: Date) => number): WholeFunction => ({
  kind: 'whole',
  args: ['vector'],
  optional: 1,
  returns: 'vector',
  evaluate: (invocation) => {
    const {grid} = invocation.context
    const columns = invocation.args.length === 0 ? [now(grid)] : vectorArgument(invocation, 0).columns
    return {
      type: 'vector',
      columns: columns.map(({labels, values, present}) => ({
        labels: withoutName(labels),
        values: values.map((_, step) => part(new Date(Math.trunc(valueAt(values, step)) * 1000))),
        present,
      })),
    }
  },
})

const dayMs = 86_400_000
const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1
const daysInMonth = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

/** Calendar functions; all in UTC. */
export const dateFunctions = {
  minute: datePart((date) => date.getUTCMinutes()),
  hour: datePart((date) => date.getUTCHours()),
  day_of_month: datePart((date) => date.getUTCDate()),
  day_of_week: datePart((date) => date.getUTCDay()),
  day_of_year: datePart(dayOfYear),
  days_in_month: datePart(daysInMonth),
  month: datePart((date) => date.getUTCMonth() + 1),
  year: datePart((date) => date.getUTCFullYear()),
} satisfies Functions
