import {z} from 'zod'
import type {Guard, LostGuard, WorldGuard} from '../scenario.js'
import {byKey} from '../shapes.js'
import {duration, limit} from '../units.js'

const common = {
  name: z.string().min(1).exactOptional().describe('Name in reports; `guard 1`, `guard 2`, … by default.'),
  'stop-when': z.string().min(1).describe('PromQL expression, evaluated all the time.'),
  for: duration.prefault('0s').describe('How long it must be beyond the limit before it stops the run.'),
}

type Common = z.output<z.ZodObject<typeof common>>

const guardOf = ({name, 'stop-when': stopWhen, for: forMs}: Common) => ({name, stopWhen, forMs})

const guard = byKey('a guard', {
  above: z
    .strictObject({...common, above: limit.describe('Stop above this number or percentage.')})
    .transform(({above, ...rest}) => ({...guardOf(rest), above})),
  below: z
    .strictObject({...common, below: limit.describe('Stop below this number or percentage.')})
    .transform(({below, ...rest}) => ({...guardOf(rest), below})),
  alert: z
    .strictObject({
      name: common.name,
      alert: z.string().min(1).describe('Stop when this alert of `rules` fires, after its own `for`.'),
    })
    .transform(({name, alert}) => ({
      name: name ?? alert,
      alert,
      stopWhen: `ALERTS{alertname=${JSON.stringify(alert)}, alertstate="firing"}`,
      above: 0,
      forMs: 0,
    })),
  'outside-blast-radius': z
    .strictObject({
      name: common.name,
      'outside-blast-radius': z
        .enum(['stays-up', 'stays-ready'])
        .describe(
          'Of the replicas at which no fault aims: stays-up stops when one restarts or is gone, stays-ready also when one is not ready.',
        ),
      for: duration
        .prefault('0s')
        .describe('How long it must be gone, or not ready; a restart stops the run at once.'),
    })
    .transform(({name, 'outside-blast-radius': outside, for: forMs}) => ({name, outside, forMs})),
  lost: z
    .strictObject({
      name: common.name,
      lost: z
        .string()
        .min(1)
        .describe(
          'Name of a good, bad or latency objective: stop as soon as it is missed for certain, at its own confidence, in a phase that it is judged in.',
        ),
    })
    .transform(({name, lost}) => ({name: name ?? `lost: ${lost}`, lost})),
})

type AnyGuard = Guard | WorldGuard | LostGuard

/** Limits that stop the experiment; `guardsByKind` sorts them. */
export const guards = z
  .array(guard)
  .default([])
  .transform((all): AnyGuard[] => all.map((one, index) => ({...one, name: one.name ?? `guard ${index + 1}`})))

/** Guards that ask the metrics, those that look at the replicas, and those that follow an objective. */
export const guardsByKind = (
  all: readonly AnyGuard[],
): {guards: Guard[]; worldGuards?: WorldGuard[]; lostGuards?: LostGuard[]} => {
  const worldGuards = all.filter((one) => 'outside' in one)
  const lostGuards = all.filter((one) => 'lost' in one)
  const guards = all.filter((one): one is Guard => 'stopWhen' in one)
  return {
    guards,
    ...(worldGuards.length > 0 && {worldGuards}),
    ...(lostGuards.length > 0 && {lostGuards}),
  }
}
