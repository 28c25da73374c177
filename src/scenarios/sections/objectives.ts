import {z} from 'zod'
import {type Objective, phaseNames} from '../scenario.js'
import {byKey} from '../shapes.js'
import {expectation, positiveDuration, positiveFraction} from '../units.js'
import {sloEntry} from './slo-entry.js'

const name = z.string().min(1).describe('Name in reports; unique.')
const during = z
  .array(z.enum(phaseNames))
  .min(1)
  .refine((names) => new Set(names).size === names.length, {error: 'names a phase twice'})
  .default(['fault', 'recovery'])
  .describe('Phases in which it must hold.')

/** Of estimates from a number of events. */
const counted = {
  target: positiveFraction.describe('Smallest share of good events.'),
  during,
  confidence: positiveFraction
    .refine((value) => value >= 0.5 && value <= 0.999999, {
      error: 'expected a confidence from "50%" to "99.9999%", such as "95%": nothing is ever certain',
    })
    .prefault('95%')
    .describe('Confidence of the interval.'),
  'min-samples': z.int().min(1).default(30).describe('With fewer events than this it is inconclusive.'),
}

const onNoData = z
  .enum(['inconclusive', 'fail'])
  .default('inconclusive')
  .describe('What it is when nothing was measured: inconclusive, or fail.')

/** Spread into an objective: the default needs no mention. */
const noData = (choice: 'inconclusive' | 'fail' | 'zero') =>
  choice === 'inconclusive' ? {} : {onNoData: choice}

type Counted = z.output<z.ZodObject<typeof counted>>

const rest = ({'min-samples': minSamples, ...others}: Counted) => ({...others, minSamples})

const total = z.string().min(1).describe('PromQL selector of the counters of all events.')

/** Neither is asked of objectives that estimate nothing from events. */
const uncounted = {confidence: 0.95, minSamples: 1}

const objective = byKey('an objective', {
  good: z
    .strictObject({
      name,
      good: z.string().min(1).describe('PromQL selector of the counters of good events.'),
      total,
      ...counted,
      'on-no-data': onNoData,
    })
    .transform(
      ({name, good, total, 'on-no-data': choice, ...others}): Objective => ({
        kind: 'ratio',
        name,
        good,
        total,
        ...rest(others),
        ...noData(choice),
      }),
    ),
  bad: z
    .strictObject({
      name,
      bad: z.string().min(1).describe('PromQL selector of the counters of bad events.'),
      total,
      ...counted,
      'on-no-data': z
        .enum(['inconclusive', 'fail', 'zero'])
        .default('inconclusive')
        .describe(
          'What it is when nothing was measured: inconclusive, or fail; zero takes a selector of bad events that matches nothing for no bad events.',
        ),
    })
    .transform(
      ({name, bad, total, 'on-no-data': choice, ...others}): Objective => ({
        kind: 'ratio',
        name,
        bad,
        total,
        ...rest(others),
        ...noData(choice),
      }),
    ),
  latency: z
    .strictObject({
      name,
      latency: z.string().min(1).describe('PromQL selector of a classic histogram, without `_bucket`.'),
      below: positiveDuration.describe(
        'The bound; exact at a bucket boundary of the histogram, bounded by its neighbours between two.',
      ),
      ...counted,
      'on-no-data': onNoData,
    })
    .transform(
      ({name, latency, below, 'on-no-data': choice, ...others}): Objective => ({
        kind: 'latency',
        name,
        latency,
        belowMs: below,
        ...rest(others),
        ...noData(choice),
      }),
    ),
  query: z
    .strictObject({
      name,
      query: z
        .string()
        .min(1)
        .describe('PromQL expression, evaluated at the end of the phase; `$phase` is its length.'),
      expect: expectation.describe('Comparison that the answer must satisfy.'),
      during,
      series: z
        .enum(['one', 'worst', 'any', 'all'])
        .default('one')
        .describe(
          'Of several series in the answer: worst shows the worst of them, which must hold; all must hold; any may. With one, several decide nothing.',
        ),
      'on-no-data': onNoData,
    })
    .transform(
      ({series, 'on-no-data': choice, ...value}): Objective => ({
        kind: 'query',
        ...value,
        ...uncounted,
        ...(series === 'one' ? {} : {series}),
        ...noData(choice),
      }),
    ),
  recovers: z
    .strictObject({
      name,
      recovers: z.string().describe('Name of the good, bad or latency objective that must hold again.'),
      within: positiveDuration.describe('Longest time from the end of the last fault.'),
    })
    .transform(
      ({name, recovers, within}): Objective => ({
        kind: 'recovery',
        name,
        recovers,
        withinMs: within,
        during: ['recovery'],
        ...uncounted,
      }),
    ),
  compares: z
    .strictObject({
      name,
      compares: z
        .string()
        .describe('Name of the good, bad or latency objective whose bad events are compared.'),
      'at-most-worse': positiveFraction.describe(
        'By how much more often than in the baseline events may be bad: 10% is a tenth more often.',
      ),
      to: z
        .string()
        .min(1)
        .default('baseline')
        .describe(
          "What it is compared with: `baseline`, the run's own, or the path of a saved record of this scenario (from the folder of this file), phase by phase.",
        ),
      during,
      confidence: counted.confidence,
      'min-samples': counted['min-samples'],
    })
    .transform(
      ({'at-most-worse': mostWorse, 'min-samples': minSamples, to, ...others}): Objective => ({
        kind: 'relative',
        mostWorse,
        minSamples,
        ...others,
        ...(to === 'baseline' ? {} : {saved: {path: to}}),
      }),
    ),
  alert: z
    .strictObject({
      name: name.exactOptional(),
      alert: z.string().min(1).describe('Name of an alert of `rules` that must not fire.'),
      during,
    })
    .transform(
      ({name, alert, during}): Objective => ({
        kind: 'alert',
        name: name ?? alert,
        alert,
        during,
        ...uncounted,
      }),
    ),
  // Files that were read are gone from here: an entry that is left has been told to be wrong.
  openslo: sloEntry.transform(() => undefined),
})

/** What must hold. */
export const objectives = z
  .array(objective)
  .min(1)
  .transform((all): Objective[] => all.filter((one) => one !== undefined))
