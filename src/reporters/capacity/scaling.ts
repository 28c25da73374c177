import {rate} from '../../capacity/rate.js'
import type {Scaling, Size} from '../../capacity/sizes.js'
import {percent} from '../../verdict/words.js'
import {hanging, plain, tableLines} from '../layout.js'
import {inert, table} from '../markdown-text.js'
import {between} from './words.js'

/** "shop, catalog in 1, 2 and 4 replicas: 38.6/s to 158/s". */
const scalingSummary = ({scenario, workload, sizes}: Scaling): string => {
  const what = `${scenario}, ${workload ?? 'the system'}`
  const [least, ...more] = sizes
  const most = more.at(-1)
  if (!least) return `${what}: no size has an interval`
  if (!most) return `${what} in ${least.replicas} replicas: ${between(least)}; one size makes no curve`
  const times = (most.lower + most.upper) / (least.lower + least.upper)
  return `${what}: ${most.replicas / least.replicas} times the replicas carry ${times.toPrecision(2)} times as much (${between(least)}, then ${between(most)})`
}

const heads = ['replicas', 'carry', 'efficiency', 'cost of a million', 'missed first'] as const

/** Each size; efficiency is what a replica carries, against one of the smallest size. */
const rowsOf = ({sizes}: Scaling): string[][] => {
  const [least] = sizes
  const each = ({lower, upper, replicas}: Size): number => (lower + upper) / 2 / replicas
  return sizes.map((size) => [
    String(size.replicas),
    between(size),
    percent(least ? each(size) / each(least) : 1),
    size.perMillion === undefined ? '–' : size.perMillion.toPrecision(3),
    size.bound ?? '–',
  ])
}

/** What the law says, and where it stops telling anything. */
const lawOf = ({fit}: Scaling): string[] => {
  if (!fit) return ['no law is fitted: it needs two sizes that have an interval']
  const last = fit.curve.at(-1)
  return [
    `USL: ${rate(fit.lambda)} for one replica, contention ${fit.alpha.toPrecision(3)}, coherence ${fit.beta.toPrecision(3)}, off by ${percent(fit.relativeError)}`,
    ...(fit.peak ? [`largest at ${fit.peak.n.toFixed(1)} replicas: ${rate(fit.peak.rate)}`] : []),
    ...(last
      ? [
          `at ${last.n.toFixed(1)} replicas (the farthest that may be foretold): ${rate(last.rate)}, from ${rate(last.low)} to ${rate(last.high)}`,
        ]
      : []),
  ]
}

const priceOf = ({pricePerHour}: Scaling): string[] =>
  pricePerHour === undefined
    ? []
    : [`a replica costs ${pricePerHour} an hour; what else the system is made of is not in the cost`]

/** Every size's likely bottleneck, once where it is the same at all. */
const saturations = ({sizes}: Scaling): string[] => {
  const hints = new Map<string, number[]>()
  for (const {saturated, replicas} of sizes) hints.set(saturated, [...(hints.get(saturated) ?? []), replicas])
  return [...hints].map(([hint, at]) => `at ${at.join(', ')}: ${hint}`)
}

const doubts = ({remarks, missing}: Scaling): string[] => [...missing, ...remarks]

/** For a terminal. */
export const scalingText = (scaling: Scaling, {width = 100}: {width?: number} = {}): string =>
  [
    ...hanging('', scalingSummary(scaling), width),
    '',
    ...tableLines(
      heads,
      rowsOf(scaling).map((row) => row.map(plain)),
      {width, right: [0, 2, 3]},
    ),
    '',
    ...[...lawOf(scaling), ...priceOf(scaling), ...saturations(scaling)].flatMap((line) =>
      hanging('  ', line, width),
    ),
    ...doubts(scaling).flatMap((line) => hanging('  ! ', line, width)),
  ].join('\n')

/** For a page: what a terminal is told, as parts of a document. */
export const scalingParts = (
  scaling: Scaling,
): {summary: string; heads: readonly string[]; rows: string[][]; facts: string[]; doubts: string[]} => ({
  summary: scalingSummary(scaling),
  heads,
  rows: rowsOf(scaling),
  facts: [...lawOf(scaling), ...priceOf(scaling), ...saturations(scaling)],
  doubts: doubts(scaling),
})

/** For a pull request or a page of documentation. */
export const scalingMarkdown = (scaling: Scaling): string =>
  `${[
    `### ${inert(scalingSummary(scaling))}`,
    '',
    ...table(
      heads,
      rowsOf(scaling).map((row) => row.map(inert)),
    ),
    '',
    ...[...lawOf(scaling), ...priceOf(scaling), ...saturations(scaling)].map((line) => `- ${inert(line)}`),
    ...doubts(scaling).map((line) => `- ⚠ ${inert(line)}`),
  ].join('\n')}\n`
