import {rate} from '../../capacity/rate.js'
import type {CapacityResult} from '../../capacity/result.js'
import {formatDuration, formatPercent} from '../../scenarios/quantities.js'
import {percent} from '../../verdict/words.js'
import {hanging, marks, painter, plain, styles, tableLines} from '../layout.js'
import {between, legHeads, legRows, overloadInWords, remarksOn, tableHeads, tableRows} from './words.js'

/** A capacity for a person at a terminal: the interval first, what bound it, then what it rests on. */
export const terminalCapacity = (
  result: CapacityResult,
  {color, width}: {color: boolean; width: number},
): string => {
  const {outcome, summary, whole, header, saturation, missing, end} = result
  const paint = painter(color)
  const [first = '', ...rest] = hanging(`${marks[outcome]} `, summary, width)
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined ? [] : hanging(`  ${label.padEnd(11)} `, text, width)
  const bound =
    whole.bound && `"${whole.bound.name}" at ${rate(whole.bound.ratePerSecond)}: ${whole.bound.message}`
  const precision = whole.precision === undefined ? '' : `, ± ${percent(whole.precision / 2)} of its middle`
  const lines = [
    paint(styles[outcome], first),
    ...rest,
    '',
    ...line(
      'capacity',
      `${between(whole)}${precision}; ${formatDuration(Math.round(whole.loadSeconds) * 1000)} of load in ${whole.trials.length} trials`,
    ),
    ...line('bound by', bound),
    ...line('saturated', saturation.hint),
    ...line('overload', overloadInWords(result)),
    ...line(
      'safe peak',
      result.safePeak && result.legs.length > 0
        ? `${rate(result.safePeak.ratePerSecond)} (${result.safePeak.of})`
        : undefined,
    ),
    ...[result.atLeast, result.expectedPeak].flatMap((demand, at) =>
      demand ? line(at === 0 ? 'at least' : 'peak', demandInWords(demand)) : [],
    ),
    ...line(
      'cost',
      result.cost &&
        `${result.cost.perMillion.toPrecision(3)} for a million requests at ${rate(result.cost.ratePerSecond)}, at ${result.cost.pricePerHour} an hour`,
    ),
    ...remarksOn(whole).flatMap((text) => hanging('  ! ', text, width)),
    ...missing.flatMap((text) => hanging('  ! ', text, width)),
    ...(end?.residual ?? []).flatMap(({fault, message, remedy}) =>
      hanging('  ! STILL BROKEN: ', `${fault}: ${message}; ${remedy}`, width),
    ),
    '',
    ...(result.legs.length > 0
      ? [
          ...tableLines(
            legHeads,
            legRows(result).map((row) => row.map(plain)),
            {width},
          ),
          '',
        ]
      : []),
    ...tableLines(
      tableHeads,
      tableRows(whole).map((row) => row.map(plain)),
      {width, right: [0, 1, 2, 3, 4, 5]},
    ),
    '',
    ...hanging(
      '  ',
      `judged by ${[...header.objectives, 'delivered', 'not refused', 'kept up'].join(', ')}; at most ${formatPercent(header.lossAllowed)} lost; seed ${header.seed}`,
      width,
    ),
    ...header.leftOut.flatMap(({name, why}) => hanging('  ', `not judged: ${name}: ${why}`, width)),
  ]
  return `${lines.join('\n')}\n`
}

/** "500/s is carried, with 12% to spare". */
export const demandInWords = ({
  askedPerSecond,
  holds,
  of,
  headroom,
}: NonNullable<CapacityResult['atLeast']>): string => {
  const where = of === undefined ? '' : ` (${of})`
  const spare =
    headroom === undefined
      ? ''
      : headroom >= 0
        ? `, with ${percent(headroom)} to spare`
        : `, ${percent(-headroom)} short`
  const told = {yes: 'is carried', no: 'is not carried', open: 'may or may not be carried'}
  return `${rate(askedPerSecond)} ${told[holds]}${where}${spare}`
}
