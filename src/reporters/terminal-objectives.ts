import type {ObjectiveVerdict} from '../verdict/verdict.js'
import {clip, columns, hanging, marks, plain} from './layout.js'
import {askedOf, estimateOf, intervalOf} from './phrases.js'

/** A row for each objective in each phase; where the terminal is too narrow for columns, a paragraph. */
export const objectiveRows = (all: readonly ObjectiveVerdict[], width: number): string[][] => {
  const nameWidth = Math.max(16, width - 56)
  const rows = columns(
    all.map((one) => [
      `  ${marks[one.outcome]} ${clip(plain(one.name), nameWidth)}`,
      one.phase,
      estimateOf(one),
      intervalOf(one),
      askedOf(one),
    ]),
    [2],
  )
  if (rows.every(({length}) => length <= width)) return rows.map((row) => [row])
  return all.map((one) => {
    const interval = intervalOf(one)
    const measured = `${estimateOf(one)}${interval === '' ? '' : ` (${interval})`}`
    const text = `${one.name}, ${one.phase}: ${measured}, asked ${askedOf(one)}`
    return hanging(`  ${marks[one.outcome]} `, text, width)
  })
}
