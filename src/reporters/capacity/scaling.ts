import type {UslFit} from '../../capacity/scaling.js'
import {percent} from '../../verdict/words.js'
import {columns} from '../layout.js'
import {between, rate} from './words.js'

interface Size {
  replicas: number
  lower: number
  upper: number
  perMillion?: number
}

/** Capacity against replicas: what was measured, the law, and where it stops telling anything. */
export const scalingText = (sizes: readonly Size[], fit: UslFit): string => {
  const smallest = Math.min(...sizes.map(({replicas}) => replicas))
  const base = sizes.find(({replicas}) => replicas === smallest)
  const perReplica = base ? (base.lower + base.upper) / 2 / base.replicas : 0
  const rows = sizes.map((size) => {
    const {replicas, lower, upper, perMillion} = size
    const efficiency = (lower + upper) / 2 / replicas / perReplica
    return [
      String(replicas),
      between(size),
      percent(efficiency),
      perMillion === undefined ? '–' : perMillion.toPrecision(3),
    ]
  })
  const last = fit.curve.at(-1)
  return [
    ...columns([['replicas', 'carry', 'efficiency', 'cost of a million'], ...rows], [0]),
    '',
    `USL: ${rate(fit.lambda)} for one replica, contention ${fit.alpha.toPrecision(3)}, coherence ${fit.beta.toPrecision(3)}, off by ${percent(fit.relativeError)}`,
    ...(fit.peak ? [`largest at ${fit.peak.n.toFixed(1)} replicas: ${rate(fit.peak.rate)}`] : []),
    ...(last
      ? [
          `at ${last.n.toFixed(1)} replicas (the farthest that may be foretold): ${rate(last.rate)}, from ${rate(last.low)} to ${rate(last.high)}`,
        ]
      : []),
    ...fit.remarks.map((remark) => `! ${remark}`),
  ].join('\n')
}
