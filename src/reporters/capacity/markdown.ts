import {rate} from '../../capacity/rate.js'
import type {CapacityResult} from '../../capacity/result.js'
import {formatPercent} from '../../scenarios/quantities.js'
import {percent} from '../../verdict/words.js'
import {marks} from '../layout.js'
import {inert, table} from '../markdown-text.js'
import {demandInWords} from './terminal.js'
import {between, legHeads, legRows, overloadInWords, remarksOn, tableHeads, tableRows} from './words.js'

const cells = (rows: string[][]): string[][] => rows.map((row) => row.map(inert))

/** A capacity for a pull request or a page of documentation: the interval, the table of losses, the trials folded away. */
export const markdownCapacity = (result: CapacityResult): string => {
  const {header, whole, saturation, outcome, summary, missing} = result
  const facts: (string | undefined)[] = [
    `**Capacity** ${between(whole)}${whole.precision === undefined ? '' : ` (± ${percent(whole.precision / 2)})`}`,
    whole.bound && `**Bound by** ${inert(whole.bound.name)}: ${inert(whole.bound.message)}`,
    `**Saturated** ${inert(saturation.hint)}`,
    overloadInWords(result) && `**Overload** ${inert(overloadInWords(result) ?? '')}`,
    result.safePeak && result.legs.length > 0
      ? `**Safe peak** ${rate(result.safePeak.ratePerSecond)} (${inert(result.safePeak.of)})`
      : undefined,
    result.atLeast && `**Asked for** ${inert(demandInWords(result.atLeast))}`,
    result.expectedPeak && `**Expected peak** ${inert(demandInWords(result.expectedPeak))}`,
    result.cost && `**Cost** ${result.cost.perMillion.toPrecision(3)} for a million requests`,
    ...[...remarksOn(whole), ...missing].map((text) => `⚠ ${inert(text)}`),
  ]
  return `${[
    `### ${marks[outcome]} ${inert(summary)}`,
    '',
    ...facts.filter((fact) => fact !== undefined).map((fact) => `- ${fact}`),
    '',
    ...(result.legs.length > 0 ? [...table(legHeads, cells(legRows(result))), ''] : []),
    `<details><summary>${whole.table.length} rates tried</summary>`,
    '',
    ...table(tableHeads, cells(tableRows(whole))),
    '',
    `Judged by ${inert([...header.objectives, 'delivered', 'not refused', 'kept up'].join(', '))}; at most ${formatPercent(header.lossAllowed)} lost. Seed ${header.seed}.`,
    '',
    '</details>',
  ].join('\n')}\n`
}
