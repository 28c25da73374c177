import {type Column, emptyColumn, isEmpty, put} from '../evaluate/values.js'
import {eachWindow} from '../evaluate/windows.js'
import type {Labels} from '../labels.js'
import {type Node, unwrap} from '../syntax/ast.js'
import {type Functions, type Invocation, rangeArgument, vectorArgument} from './function.js'

/** What is known about series that are not there: the labels that the selector asks to be equal, if asked once. */
const labelsAskedFor = (node: Node | undefined): Labels => {
  const of = node && unwrap(node)
  const selector = of?.kind === 'range' ? of.selector : of
  if (selector?.kind !== 'selector') return {}
  const asked = selector.matchers.filter(({label}) => label !== '__name__')
  const once = asked.filter(({label}) => asked.filter((other) => other.label === label).length === 1)
  return Object.fromEntries(
    once.filter(({op, value}) => op === '=' && value !== '').map(({label, value}) => [label, value]),
  )
}

const whereNot = (seen: Uint8Array, {node}: Invocation): Column[] => {
  const column = emptyColumn(labelsAskedFor(node.args[0]), seen.length)
  seen.forEach((isSeen, step) => {
    if (!isSeen) put(column, step, 1)
  })
  return isEmpty(column) ? [] : [column]
}

/** 1 where there is nothing. */
export const absentFunctions = {
  absent: {
    kind: 'whole',
    args: ['vector'],
    returns: 'vector',
    evaluate: (invocation) => {
      const seen = new Uint8Array(invocation.context.grid.count)
      for (const {present} of vectorArgument(invocation, 0).columns) {
        present.forEach((isPresent, step) => {
          if (isPresent) seen[step] = 1
        })
      }
      return {type: 'vector', columns: whereNot(seen, invocation)}
    },
  },
  absent_over_time: {
    kind: 'whole',
    args: ['range'],
    returns: 'vector',
    evaluate: (invocation) => {
      const seen = new Uint8Array(invocation.context.grid.count)
      const range = rangeArgument(invocation, 0)
      for (const series of range.series) {
        eachWindow(series, range, invocation.context, (_window, step) => {
          seen[step] = 1
        })
      }
      return {type: 'vector', columns: whereNot(seen, invocation)}
    },
  },
} satisfies Functions
