import {z} from 'zod'
import {leastStepMs, leastStepsOfSwing} from '../envelope-limits.js'
import type {Envelope} from '../scenario.js'
import {byKey, isRecord, sentence, variantsOf} from '../shapes.js'
import {closest} from '../suggest.js'
import {duration, formatDuration, fraction, positiveDuration, shown} from '../units.js'

const tooShort = `at least ${formatDuration(leastStepMs)}: strength changes at most twice a second`

const leg = duration
  .refine((ms) => ms === 0 || ms >= leastStepMs, {error: `expected 0, or ${tooShort}`})
  .prefault('0s')

const ramp = z
  .strictObject({
    up: leg.describe('How long it takes to full strength; at once by default.'),
    down: leg.describe('How long it takes from full strength to its end; at once by default.'),
  })
  .refine(({up, down}) => up + down > 0, {
    error: 'expected how long it rises (up) or falls (down), such as {up: 10s, down: 5s}',
  })
  .describe('Rises to full strength, stays there, falls before its end.')

const pulse = z
  .strictObject({
    every: positiveDuration.describe('Time from the beginning of a pulse to the next.'),
    on: positiveDuration
      .refine((ms) => ms >= leastStepMs, {error: `expected ${tooShort}`})
      .describe('Length of a pulse, at full strength.'),
  })
  .refine(({every, on}) => on < every, {path: ['on'], error: 'must be shorter than `every`'})
  .refine(({every, on}) => on >= every || every - on >= leastStepMs, {
    path: ['on'],
    error: `leaves too short a pause before the next pulse: expected ${tooShort}`,
  })
  .describe('Full strength and no effect in turn, full strength first.')

const leastPeriodMs = 2 * leastStepsOfSwing * leastStepMs

const oscillate = z
  .strictObject({
    period: positiveDuration
      .refine((ms) => ms >= leastPeriodMs, {
        error: `expected at least ${formatDuration(leastPeriodMs)}: strength changes at most twice a second`,
      })
      .describe('Time from one low to the next.'),
    low: fraction
      .refine((share) => share < 1, {error: 'must be below 100%: full strength is the high'})
      .prefault('0%')
      .describe('Smallest strength, where each period begins and ends.'),
  })
  .describe('Swings between a low and full strength, as a cosine.')

const shapes = {
  ramp: z
    .strictObject({ramp})
    .transform(({ramp: {up, down}}): Envelope => ({kind: 'ramp', upMs: up, downMs: down})),
  pulse: z
    .strictObject({pulse})
    .transform(({pulse: {every, on}}): Envelope => ({kind: 'pulse', everyMs: every, onMs: on})),
  oscillate: z
    .strictObject({oscillate})
    .transform(({oscillate: {period, low}}): Envelope => ({kind: 'oscillate', periodMs: period, low})),
}

const shaped = byKey('the envelope', shapes)

const names = Object.keys(shapes)

const misfit = (value: unknown): string => {
  const near = typeof value === 'string' ? closest(value, ['constant']) : undefined
  if (near !== undefined)
    return `expected "constant" or a mapping, got ${shown(value)}: did you mean "${near}"?`
  const choice = `expected "constant", or a mapping with one of ${names.map((name) => `"${name}"`).join(', ')}`
  const example = names.find((name) => name === value)
  return `${choice}${example ? `, such as "envelope: {${example}: {…}}"` : ''}, got ${shown(value)}`
}

/** How a fault's strength changes while it lasts; `constant` is no envelope. */
export const envelope = z.unknown().transform((value, context): Envelope | undefined => {
  if (value === 'constant') return undefined
  if (!isRecord(value)) {
    context.addIssue({code: 'custom', message: misfit(value)})
    return z.NEVER
  }
  const result = shaped.safeParse(value, {error: sentence})
  for (const issue of result.error?.issues ?? []) context.addIssue({...issue})
  return result.success ? result.data : z.NEVER
})
variantsOf.set(envelope._zod.def, [z.literal('constant'), ...Object.values(shapes)])
