import type {Proof} from '../../verdict/proof/proof.js'
import {content, tag} from '../xml.js'
import {cellHeads, cellTexts} from './rows.js'

/** Disproven and vacuous are failures; undecided is skipped with its reason, which never counts as passed. */
const resultOf = ({finding, summary}: Proof): string[] => {
  if (finding === 'proven') return []
  const kind = finding === 'undecided' ? 'skipped' : 'failure'
  return [`      ${tag(kind, {type: finding, message: summary})}>${content(summary)}</${kind}>`]
}

/** Proofs for CI: a test case for each scenario. */
export const junitProofs = (proofs: readonly Proof[]): string => {
  const count = (...findings: Proof['finding'][]): number =>
    proofs.filter(({finding}) => findings.includes(finding)).length
  const counts = {
    tests: proofs.length,
    failures: count('disproven', 'vacuous'),
    errors: 0,
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `${tag('testsuites', {name: 'shakedown prove', ...counts})}>`,
    `  ${tag('testsuite', {name: 'proofs', ...counts, skipped: count('undecided')})}>`,
    ...proofs.flatMap((proof) => [
      `    ${tag('testcase', {name: proof.scenario, classname: 'proof'})}>`,
      ...resultOf(proof),
      `      <system-out>${content(
        cellTexts(proof)
          .map((text, at) => `${cellHeads[at]}: ${text}`)
          .join('\n'),
      )}</system-out>`,
      '    </testcase>',
    ]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}
