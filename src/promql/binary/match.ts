import type {PromqlError} from '../errors.js'
import {type Context, executionError} from '../evaluate/context.js'
import {type Column, columnsByLabels, isEmpty, put, valueAt} from '../evaluate/values.js'
import {type Labels, labelOf, labelsText, only, setLabel, without, withoutName} from '../labels.js'
import type {Binary} from '../syntax/ast.js'
import {type Apply, applyOf, dropsName} from './operators.js'
import {matchedLabels, numbered} from './signature.js'

const labelsOfMatch = (node: Binary, many: Labels, one: Labels): Labels => {
  const {matching} = node
  const named = dropsName(node) ? withoutName(many) : many
  if (!matching) return named
  if (!matching.group) {
    return matching.on ? only(named, matching.labels) : without(named, new Set(matching.labels))
  }
  const labels = {...named}
  for (const name of matching.group.include) {
    const value = labelOf(one, name)
    if (value) setLabel(labels, name, value)
    else delete labels[name]
  }
  return labels
}

/** Remembers the labels of each pair, as the same pair meets at every step. */
const labelsOnce = (node: Binary, context: Context) => {
  const results = columnsByLabels(context.grid.count, context.spend)
  const byPair = new Map<Column, Map<Column, Column>>()
  const columnFor = (many: Column, one: Column): Column => {
    const ones = byPair.get(many) ?? new Map<Column, Column>()
    byPair.set(many, ones)
    const column = ones.get(one) ?? results.for(labelsOfMatch(node, many.labels, one.labels))
    ones.set(one, column)
    return column
  }
  return {columnFor, all: results.all}
}

const duplicates = (node: Binary, first: Column, second: Column, side: 'left' | 'right'): string => {
  const group = labelsText(matchedLabels(first.labels, node.matching))
  const both = [labelsText(first.labels), labelsText(second.labels)].sort().join(', ')
  return `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${both}];many-to-many matching not allowed: matching labels must be unique on one side`
}

type Fail = (message: string) => PromqlError

interface Sides {
  many: Column[]
  manyNumbers: number[]
  one: Column[]
  oneNumbers: number[]
  signatures: number
  apply: Apply
  /** How error messages call the "one" side. */
  oneSide: 'left' | 'right'
}

const sidesOf = (node: Binary, left: Column[], right: Column[]): Sides => {
  const numbers = numbered(left, right, node.matching)
  const apply = applyOf(node.operator, node.returnBool, 'left')
  if (node.matching?.group?.side === 'right') {
    return {
      many: right,
      manyNumbers: numbers.right,
      one: left,
      oneNumbers: numbers.left,
      signatures: numbers.count,
      apply: (many, one) => apply(one, many),
      oneSide: 'left',
    }
  }
  return {
    many: left,
    manyNumbers: numbers.left,
    one: right,
    oneNumbers: numbers.right,
    signatures: numbers.count,
    apply,
    oneSide: 'right',
  }
}

/** The samples of the "one" side by signature; an entry counts for the step written next to it only. */
const indexOne = ({one, oneNumbers, oneSide, signatures}: Sides, node: Binary, fail: Fail) => {
  const columns: (Column | undefined)[] = new Array(signatures).fill(undefined)
  const steps = new Int32Array(signatures).fill(-1)
  return {
    fill(step: number): void {
      one.forEach((column, index) => {
        if (!column.present[step]) return
        const signature = oneNumbers[index] ?? 0
        const other = columns[signature]
        if (other && steps[signature] === step) throw fail(duplicates(node, other, column, oneSide))
        columns[signature] = column
        steps[signature] = step
      })
    },
    find: (signature: number, step: number): Column | undefined =>
      steps[signature] === step ? columns[signature] : undefined,
  }
}

const manyToOne =
  'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
const notUnique = 'multiple matches for labels: grouping labels must ensure unique matches'

/**
 * The one column that each of the "many" columns can meet at any step, if any; undefined where one of them could meet
 * several, or several of them the same without a `group`: then each step has to be looked at by itself.
 */
const partnersOf = (
  {one, oneNumbers, manyNumbers, signatures}: Sides,
  node: Binary,
): (Column | undefined)[] | undefined => {
  if (new Set(oneNumbers).size < oneNumbers.length) return undefined
  if (!node.matching?.group && new Set(manyNumbers).size < manyNumbers.length) return undefined
  const bySignature: (Column | undefined)[] = new Array(signatures).fill(undefined)
  for (const [index, column] of one.entries()) bySignature[oneNumbers[index] ?? 0] = column
  return manyNumbers.map((signature) => bySignature[signature])
}

type Results = ReturnType<typeof labelsOnce>

/** Pair by pair, all steps of one before the next. */
const matchPairs = ({many, apply}: Sides, partners: (Column | undefined)[], results: Results, fail: Fail) => {
  for (const [index, column] of many.entries()) {
    const one = partners[index]
    if (!one) continue
    let result: Column | undefined
    for (let step = 0; step < column.values.length; step++) {
      if (!column.present[step] || !one.present[step]) continue
      const value = apply(valueAt(column.values, step), valueAt(one.values, step))
      if (value === undefined) continue
      result ??= results.columnFor(column, one)
      if (result.present[step]) throw fail(notUnique)
      put(result, step, value)
    }
  }
}

/** Step by step, for it is only at a step that series meet, or are one too many. */
const matchSteps = (sides: Sides, node: Binary, steps: number, results: Results, fail: Fail): void => {
  const ones = indexOne(sides, node, fail)
  const matchedStep = new Int32Array(sides.signatures).fill(-1)
  for (let step = 0; step < steps; step++) {
    // As in Prometheus, the one side may be ambiguous as long as there is nothing to match it with.
    if (!sides.many.some(({present}) => present[step])) continue
    ones.fill(step)
    sides.many.forEach((column, index) => {
      const signature = sides.manyNumbers[index] ?? 0
      const one = ones.find(signature, step)
      if (!column.present[step] || !one) return
      const value = sides.apply(valueAt(column.values, step), valueAt(one.values, step))
      // What a comparison drops is no match, and may be ambiguous.
      if (value === undefined) return
      if (!node.matching?.group && matchedStep[signature] === step) throw fail(manyToOne)
      matchedStep[signature] = step
      const result = results.columnFor(column, one)
      if (result.present[step]) throw fail(notUnique)
      put(result, step, value)
    })
  }
}

/**
 * Arithmetic and comparison between vectors: each sample of the "many" side (the left, unless `group_right`) meets
 * the one sample of the other side with the same signature. Ambiguity at any step is an error.
 */
export const match = (node: Binary, left: Column[], right: Column[], context: Context): Column[] => {
  const sides = sidesOf(node, left, right)
  const results = labelsOnce(node, context)
  const fail = (message: string) => executionError(context, message, node)
  const partners = partnersOf(sides, node)
  if (partners) matchPairs(sides, partners, results, fail)
  else matchSteps(sides, node, context.grid.count, results, fail)
  return results.all().filter((column) => !isEmpty(column))
}
