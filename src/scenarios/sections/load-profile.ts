import {z} from 'zod'
import type {Profile} from '../scenario.js'
import {byKey} from '../shapes.js'
import {duration, positiveDuration, positiveRate, rate} from '../units.js'
import {closedLoop} from './closed-loop.js'

/** Offered load over time, one form for each kind of profile. */
export const profile = byKey('the profile', {
  constant: z
    .strictObject({constant: positiveRate.describe('The same rate all the time.')})
    .transform(({constant}): Profile => ({kind: 'constant', ratePerSecond: constant})),
  ramp: z
    .strictObject({
      ramp: z
        .strictObject({
          from: rate.describe('Rate at the first request.'),
          to: rate.describe('Rate at the end of the ramp, and from then on.'),
          over: positiveDuration.exactOptional().describe('Length of the ramp; the whole run by default.'),
        })
        .describe('From one rate to another in a straight line.'),
    })
    .transform(({ramp: {from, to, over}}): Profile => {
      const ramp = {kind: 'ramp', fromPerSecond: from, toPerSecond: to} as const
      return over === undefined ? ramp : {...ramp, durationMs: over}
    }),
  steps: z
    .strictObject({
      steps: z
        .array(
          z.strictObject({
            rate: rate.describe('Rate during the step.'),
            for: positiveDuration.describe('Length of the step.'),
          }),
        )
        .min(1)
        .describe('One rate after another; the last one holds until the end.'),
    })
    .transform(
      ({steps}): Profile => ({
        kind: 'steps',
        steps: steps.map((step) => ({ratePerSecond: step.rate, durationMs: step.for})),
      }),
    ),
  spike: z
    .strictObject({
      spike: z
        .strictObject({
          base: rate.describe('Rate outside the spike.'),
          peak: positiveRate.describe('Rate during the spike.'),
          at: duration.describe('Offset of the spike from the first request, warm-up included.'),
          for: positiveDuration.describe('Length of the spike.'),
        })
        .describe('A base rate with one sudden peak.'),
    })
    .transform(
      ({spike: {base, peak, at, for: durationMs}}): Profile => ({
        kind: 'spike',
        basePerSecond: base,
        peakPerSecond: peak,
        atMs: at,
        durationMs,
      }),
    ),
  soak: z
    .strictObject({
      soak: z
        .strictObject({
          rate: positiveRate.describe('Rate once the load has risen.'),
          ramp: duration
            .default(0)
            .describe('The rate rises from nothing over this long; at once by default.'),
        })
        .describe('The same rate for long, after a rise at the beginning.'),
    })
    .transform(
      ({soak: {rate: ratePerSecond, ramp: rampMs}}): Profile => ({kind: 'soak', ratePerSecond, rampMs}),
    ),
  breakpoint: z
    .strictObject({
      breakpoint: z
        .strictObject({
          from: rate.describe('Rate at the first request.'),
          to: positiveRate.describe('Rate that the load ends at if nothing breaks.'),
          over: positiveDuration.exactOptional().describe('Length of the rise; the whole run by default.'),
        })
        .describe('Rises in a straight line until an objective is missed; there the load ends by itself.'),
    })
    .transform(({breakpoint: {from, to, over}}): Profile => {
      const rise = {kind: 'breakpoint', fromPerSecond: from, toPerSecond: to} as const
      return over === undefined ? rise : {...rise, durationMs: over}
    }),
  connections: z
    .strictObject({connections: closedLoop})
    .transform(({connections}): Profile => ({kind: 'connections', ...connections})),
})
