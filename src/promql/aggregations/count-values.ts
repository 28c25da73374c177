import {type Context, executionError} from '../evaluate/context.js'
import {type Column, columnsByLabels, put, valueAt} from '../evaluate/values.js'
import {formatNumber} from '../format.js'
import {isLabelName} from '../labels.js'
import type {Aggregate} from '../syntax/ast.js'
import {quote} from '../syntax/strings.js'
import type {Group} from './groups.js'

/** `count_values("label", x)`: how many series have each value, one result per value. */
export const countValues = (node: Aggregate, groups: Group[], label: string, context: Context): Column[] => {
  if (!isLabelName(label))
    throw executionError(context, `invalid label name ${quote(label)}`, node.parameter ?? node)
  const results = columnsByLabels(context.grid.count, context.spend)
  for (const {labels, members} of groups) {
    for (const {values, present} of members) {
      context.spend(0)
      for (let step = 0; step < context.grid.count; step++) {
        if (!present[step]) continue
        const counted = results.for({...labels, [label]: formatNumber(valueAt(values, step))})
        put(counted, step, (counted.present[step] ? valueAt(counted.values, step) : 0) + 1)
      }
    }
  }
  return results.all()
}
