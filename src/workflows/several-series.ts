import {selectorsOf} from '../promql/selectors.js'
import {type Node, unwrap} from '../promql/syntax/ast.js'
import {parse} from '../promql/syntax/parse.js'

/** Functions whose answer is one number, or has labels of its own making. */
const alwaysOne = new Set(['scalar', 'vector', 'time', 'absent', 'absent_over_time', 'pi'])
/** Aggregations that answer some of the series, or new labels. */
const picksSeries = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values'])
const relabel = new Set(['label_replace', 'label_join'])

/** The labels that tell the series of an answer apart; none when there is one at most, undefined when only the data tells. */
const labelsOf = (wrapped: Node, isPinned: (label: string) => boolean): string[] | undefined => {
  const of = (node: Node): string[] | undefined => labelsOf(node, isPinned)
  const node = unwrap(wrapped)
  switch (node.kind) {
    case 'number':
    case 'string':
      return []
    case 'selector':
    case 'range':
      return undefined
    case 'subquery':
    case 'unary':
      return of(node.of)
    case 'aggregate': {
      const {without, labels} = node.grouping
      if (without || picksSeries.has(node.operator)) return undefined
      const inner = of(node.of)
      return labels.filter((label) => !isPinned(label) && (inner === undefined || inner.includes(label)))
    }
    case 'call': {
      if (alwaysOne.has(node.name)) return []
      if (relabel.has(node.name)) return undefined
      const parts = node.args.map(of)
      if (parts.includes(undefined)) return undefined
      const labels = parts.flatMap((part) => part ?? [])
      return node.name.startsWith('histogram_quantile') ? labels.filter((label) => label !== 'le') : labels
    }
    case 'binary': {
      const [left, right] = [of(node.left), of(node.right)]
      if (node.operator === 'and' || node.operator === 'unless') return left
      if (node.operator === 'or' || node.matching || left === undefined || right === undefined)
        return undefined
      return left.length > 0 ? left : right
    }
  }
}

/**
 * Why an expression is made to answer several series, of which none is the one to be judged; nothing when it may well
 * answer one. Of a plain selector only the data tells, and the verdict on it is then inconclusive.
 */
export const severalSeries = (expression: string): string | undefined => {
  const selectors = selectorsOf(expression)
  const isPinned = (label: string): boolean =>
    selectors.every(({matchers}) => matchers.some((matcher) => matcher.label === label && matcher.op === '='))
  const labels = labelsOf(parse(expression).root, isPinned)
  return labels === undefined || labels.length === 0
    ? undefined
    : `answers a series for each ${labels.join(' and ')}, and one number is judged: leave out "by (${labels.join(', ')})", or say which counts with series: worst, all or any`
}
