import type {PhaseName} from '../../scenarios/scenario.js'
import {blockMsOf, blocksOf} from '../blocks.js'
import {isLack, matchersOf, type Observations, select} from '../observations.js'
import {countIn, sliOf} from '../sli.js'
import {differenceOf, type Estimate, findingOf} from '../statistics/difference.js'
import {dispersionOf} from '../statistics/dispersion.js'
import {shareInterval, worthOf} from '../statistics/share-interval.js'
import type {Window} from '../windows.js'
import {count, percent} from '../words.js'
import type {ComparisonRow} from './comparison.js'

/** Attempts on the wire, by caller, callee and result: what the reference's services export. */
const attempts = 'client_attempts_total'

/** Fewer attempts than this say nothing about an edge. */
const leastAttempts = 30

const edgesIn = (observed: Observations): string[] => {
  const series = select(observed, matchersOf(`${attempts}{from!="", to!=""}`))
  return [...new Set(series.map(({labels}) => `${labels['from']}->${labels['to']}`))].sort()
}

/** The share of failed attempts, counted as a ratio objective would be. */
const failures = (
  observed: Observations,
  edge: string,
  window: Window,
  confidence: number,
): Estimate | undefined => {
  const [from = '', to = ''] = edge.split('->')
  const labels = `from=${JSON.stringify(from)}, to=${JSON.stringify(to)}`
  const sli = sliOf(
    {
      kind: 'ratio',
      name: edge,
      bad: `${attempts}{${labels}, result!="ok"}`,
      total: `${attempts}{${labels}}`,
      target: 1,
      during: [],
      confidence,
      minSamples: leastAttempts,
    },
    observed,
  )
  const tally = isLack(sli) ? sli : countIn(sli, window)
  if (isLack(sli) || isLack(tally) || tally.total < leastAttempts) return undefined
  const blockMs = blockMsOf(window, observed.intervalMs)
  const dispersion = dispersionOf(blocksOf(sli, window, observed), confidence, blockMs)
  const ok = shareInterval(tally, worthOf(tally, dispersion, confidence), confidence)
  return {value: tally.bad / tally.total, low: 1 - ok.high, high: 1 - ok.low}
}

/** An edge that one side does not use: it may be the change itself. */
const oneSided = (
  row: Pick<ComparisonRow, 'of' | 'what' | 'phase' | 'unit'>,
  {before, after}: {before: Estimate | undefined; after: Estimate | undefined},
  isKnown: boolean,
): ComparisonRow[] => {
  const there = before ?? after
  if (!there) return []
  const [here, other] = before ? ['A', 'B'] : ['B', 'A']
  const lack = isKnown ? `${other} has fewer than ${leastAttempts} attempts` : `only in ${here}`
  const message = `${lack}; ${percent(there.value)} of the attempts failed in ${here}`
  return [{...row, ...(before ? {a: there.value} : {b: there.value}), finding: 'cannot tell', message}]
}

/** Failed attempts on each edge that either record knows; `margin` in shares of all attempts. */
export const compareEdges = (
  a: Observations,
  b: Observations,
  {phase, confidence, margin}: {phase: PhaseName; confidence: number; margin: number},
): ComparisonRow[] => {
  const [windowA, windowB] = [a.windows[phase], b.windows[phase]]
  if (!windowA || !windowB) return []
  const [knownA, knownB] = [edgesIn(a), edgesIn(b)]
  return [...new Set([...knownA, ...knownB])].sort().flatMap((edge): ComparisonRow[] => {
    const row = {of: 'edge', what: edge, phase, unit: 'ratio'} as const
    const before = failures(a, edge, windowA, confidence)
    const after = failures(b, edge, windowB, confidence)
    if (!before || !after)
      return oneSided(row, {before, after}, knownA.includes(edge) && knownB.includes(edge))
    const change = differenceOf(before, after)
    const said = `${percent(before.value)} to ${percent(after.value)} of the attempts failed`
    return [
      {
        ...row,
        a: before.value,
        b: after.value,
        change: {...change, of: 'difference'},
        finding: findingOf(change, margin),
        message: `${said}: ${count(change.value * 100)} points (${count(change.low * 100)} to ${count(change.high * 100)})`,
      },
    ]
  })
}
