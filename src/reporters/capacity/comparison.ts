import type {CapacityComparison} from '../../capacity/compare.js'
import {columns, plain} from '../layout.js'
import {between} from './words.js'

const findings = {
  worse: 'worse',
  better: 'better',
  same: 'same within the bounds',
  unknown: 'nobody can tell',
} as const

const times = (value: number): string => value.toFixed(2)

/** Two capacities side by side, with the bounds of their ratio. */
export const capacityComparison = ({rows, finding, remarks}: CapacityComparison): string => {
  const heads = ['', 'was', 'is', 'is to was', 'from', 'to', 'so it is']
  const table = rows.map(({name, a, b, ratio, finding: row}) => [
    plain(name),
    between(a),
    between(b),
    ratio ? times(ratio.middle) : '–',
    ratio ? times(ratio.low) : '–',
    ratio ? times(ratio.high) : '–',
    findings[row],
  ])
  return [
    findings[finding],
    '',
    ...columns([heads, ...table]),
    ...remarks.map((remark) => `! ${plain(remark)}`),
  ].join('\n')
}
