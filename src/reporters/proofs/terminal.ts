import type {Proof} from '../../verdict/proof/proof.js'
import {hanging, painter, plain} from '../layout.js'
import {cellHeads, cellTexts, proofMarks, tally} from './rows.js'

const colours = {proven: 'green', disproven: 'red', vacuous: 'yellow', undecided: 'yellow'} as const

/** Proofs for a person at a terminal: the finding of each, its four cells, and what to do. */
export const terminalProofs = (
  proofs: readonly Proof[],
  {color, width}: {color: boolean; width: number},
): string => {
  const paint = painter(color)
  const widest = Math.max(...cellHeads.map((head) => head.length))
  const blocks = proofs.flatMap((proof) => {
    const {finding, scenario, proves, summary, advice} = proof
    const what = proves.length > 0 ? ` (${proves.join(', ')})` : ''
    const [first = '', ...rest] = hanging(
      `${proofMarks[finding]} ${finding.toUpperCase()}  `,
      `${scenario}${what}: ${summary}`,
      width,
    )
    return [
      paint(colours[finding], first),
      ...rest,
      ...cellTexts(proof).flatMap((text, at) =>
        hanging(`    ${(cellHeads[at] ?? '').padEnd(widest)}  `, text, width),
      ),
      ...advice.flatMap((line) => hanging('  → ', line, width)),
      ...proof.runs.map(({protection, record}) =>
        paint('dim', `  record, protection ${protection}: ${plain(record)}`),
      ),
      '',
    ]
  })
  return `${[...blocks, tally(proofs)].join('\n')}\n`
}
