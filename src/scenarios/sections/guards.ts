import {z} from 'zod'
import type {Guard} from '../scenario.js'
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
})

/** Limits that stop the experiment. */
export const guards = z
  .array(guard)
  .default([])
  .transform((all): Guard[] => all.map((one, index) => ({...one, name: one.name ?? `guard ${index + 1}`})))
