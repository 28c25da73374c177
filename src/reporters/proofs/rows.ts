import type {Cell, Finding, Proof} from '../../verdict/proof/proof.js'
import {list} from '../../verdict/words.js'

export const proofMarks = {
  proven: '✔',
  disproven: '✘',
  vacuous: '○',
  undecided: '?',
} as const satisfies Record<Finding, string>

/** What stands in each column of the table, after the scenario's name. */
export const cellHeads = [
  'no fault, protected',
  'fault, protected',
  'no fault, unprotected',
  'fault, unprotected',
] as const

const order: [Cell['fault'], Cell['protection']][] = [
  ['off', 'on'],
  ['on', 'on'],
  ['off', 'off'],
  ['on', 'off'],
]

const cellText = (cell: Cell | undefined): string => {
  if (!cell) return '–'
  return cell.outcome === 'missed' && cell.missed.length > 0
    ? `missed ${list(cell.missed.map((name) => `"${name}"`))}`
    : cell.outcome
}

/** The four cells of a proof, in the order of the heads. */
export const cellTexts = ({cells}: Proof): string[] =>
  order.map(([fault, protection]) =>
    cellText(cells.find((cell) => cell.fault === fault && cell.protection === protection)),
  )

/** `3 proven, 1 vacuous` */
export const tally = (proofs: readonly Proof[]): string =>
  (['proven', 'disproven', 'vacuous', 'undecided'] as const)
    .flatMap((finding) => {
      const found = proofs.filter((proof) => proof.finding === finding).length
      return found === 0 ? [] : [`${found} ${finding}`]
    })
    .join(', ')
