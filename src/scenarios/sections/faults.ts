import {z} from 'zod'
import type {FaultRequest} from '../scenario.js'
import {isRecord, sentence, unknownKeys} from '../shapes.js'
import {closest} from '../suggest.js'
import {duration, positiveDuration, shown} from '../units.js'
import type {KnownFault, Vocabulary} from '../vocabulary.js'
import {envelope} from './envelope.js'

/** The keys that every fault takes besides its own options. */
export const timing = z.object({
  at: duration.prefault('0s').describe('Offset into the fault phase at which it starts.'),
  for: positiveDuration
    .exactOptional()
    .describe('How long it lasts; until the end of the fault phase by default.'),
})

/** The key that a fault takes besides when its strength can change. Who may have it, a check of the whole file says. */
export const shaping = z.object({
  envelope: envelope
    .exactOptional()
    .describe(
      'How its strength changes while it lasts: `constant` (the default), or a `ramp`, `pulse` or `oscillate`.',
    ),
})

const shared = timing.extend(shaping.shape)

type Chosen = {name: string; fault: KnownFault} | {problem: string; at?: string}

/** The one fault of the entry, or what to say about it. */
const chooseFault = (entry: unknown, {faults}: Vocabulary): Chosen => {
  const known = Object.keys(faults)
  const example = '"latency: {edge: order->payment, delay: 1s}"'
  if (!isRecord(entry))
    return {problem: `expected a fault with its options, such as ${example}, got ${shown(entry)}`}
  const keys = Object.keys(entry)
  const names = keys.filter((key) => Object.hasOwn(faults, key))
  const [name] = names.length > 0 ? names : keys
  const other = keys.find((key) => key !== name)
  if (name === undefined) return {problem: `expected a fault such as ${example}`}
  const fault = Object.hasOwn(faults, name) ? faults[name] : undefined
  if (fault === undefined) {
    const near = closest(name, known)
    const hint = near === undefined ? '' : ` (did you mean "${near}"?)`
    return {problem: `unknown fault "${name}"${hint}; faults are: ${known.join(', ')}`, at: name}
  }
  if (other === undefined) return {name, fault}
  if (Object.hasOwn(faults, other))
    return {problem: `expected one fault per entry: start "${other}" with "- "`, at: other}
  return {
    problem: `"${other}" stands beside the fault: options go inside, "${name}: {…, ${other}: …}"`,
    at: other,
  }
}

/** A slip in one of the shared keys looks like an unknown option: they are among the suggestions. */
const wordsFor =
  ({options, adjustable}: KnownFault) =>
  (issue: z.core.$ZodRawIssue): string | undefined => {
    const others = Object.keys(adjustable ? shared.shape : timing.shape)
    return issue.inst === options ? (unknownKeys(issue, others) ?? sentence(issue)) : sentence(issue)
  }

/** The keys that every fault takes, apart from the fault's own. A key without a value is as good as none. */
const apart = (given: Record<string, unknown>): [Record<string, unknown>, Record<string, unknown>] => {
  const common: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(shared.shape, key)) own[key] = value
    else if (value !== undefined) common[key] = value
  }
  return [common, own]
}

/** One entry of `faults`: the fault's name, and its options checked by the fault's own schema. */
const faultEntry = (vocabulary: Vocabulary) =>
  z.unknown().transform((entry, context): Omit<FaultRequest, 'path'> => {
    const chosen = chooseFault(entry, vocabulary)
    if ('problem' in chosen) {
      context.addIssue({
        code: 'custom',
        message: chosen.problem,
        path: chosen.at === undefined ? [] : [chosen.at],
      })
      return z.NEVER
    }
    const {name, fault} = chosen
    const given = isRecord(entry) ? (entry[name] ?? {}) : {}
    const [common, own] = isRecord(given) ? apart(given) : [{}, given]
    const when = shared.safeParse(common)
    const options = fault.options.safeParse(own, {error: wordsFor(fault)})
    for (const issue of [...(when.error?.issues ?? []), ...(options.error?.issues ?? [])]) {
      context.addIssue({...issue, path: [name, ...issue.path]})
    }
    if (!when.success || !options.success) return z.NEVER
    const {at: atMs, for: forMs, envelope: shape} = when.data
    // What a fault's schema makes of a YAML value is data again: it goes into the plan and the record.
    const request = {fault: name, options: options.data as FaultRequest['options'], atMs}
    return {
      ...request,
      ...(forMs === undefined ? {} : {forMs}),
      ...(shape === undefined ? {} : {envelope: shape}),
    }
  })

/** The list of faults. */
export const faults = (vocabulary: Vocabulary) =>
  z
    .array(faultEntry(vocabulary))
    .default([])
    .transform((entries): FaultRequest[] =>
      entries.map((entry, index) => ({...entry, path: `faults[${index}].${entry.fault}`})),
    )
