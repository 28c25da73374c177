import type {Proof} from '../../verdict/proof/proof.js'
import {inert, table} from '../markdown-text.js'
import {cellHeads, cellTexts, proofMarks, tally} from './rows.js'

/** Proofs for a pull request: one row each. */
export const markdownProofs = (proofs: readonly Proof[]): string =>
  [
    `### Proofs: ${tally(proofs)}`,
    '',
    ...table(
      ['scenario', 'proves', 'finding', ...cellHeads],
      proofs.map((proof) => [
        inert(proof.scenario),
        inert(proof.proves.join(', ')),
        `${proofMarks[proof.finding]} ${proof.finding}`,
        ...cellTexts(proof).map(inert),
      ]),
    ),
    '',
    ...proofs
      .filter(({finding}) => finding !== 'proven')
      .map(({scenario, summary, advice}) => `- ${inert([`${scenario}: ${summary}.`, ...advice].join(' '))}`),
    '',
  ].join('\n')
