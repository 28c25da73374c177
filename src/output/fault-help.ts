import {columns, hanging} from '../reporters/layout.js'

/** A fault as a user has to know it. Names and values stand between backticks, as in the documentation. */
export interface FaultInWords {
  name: string
  summary: string
  /** As it stands in a scenario's list of faults. */
  example: string
  /** Whether its strength can change while it lasts. */
  envelope: boolean
  options: {key: string; value: string; default: string; meaning: string}[]
}

/** One of each kind, as they stand in a fault's options. */
export const envelopeExamples = [
  '{ramp: {up: 10s, down: 5s}}',
  '{pulse: {every: 10s, on: 2s}}',
  '{oscillate: {period: 10s, low: 20%}}',
]

/** On a terminal backticks are noise. */
const bare = (text: string): string => text.replaceAll('`', '')

const takes = (fault: FaultInWords, key: string): boolean =>
  fault.options.some((option) => bare(option.key) === key)

/** What a fault is pointed at, told from its options. */
const groups: [title: string, belongs: (fault: FaultInWords) => boolean][] = [
  ['On edges: what passes between two services', (fault) => takes(fault, 'edge')],
  ['On processes: the replicas of a workload', (fault) => takes(fault, 'workload')],
  ['On the target', (fault) => !takes(fault, 'edge') && !takes(fault, 'workload')],
]

/** All faults by what they hit, one paragraph each. */
export const faultList = (faults: readonly FaultInWords[], width: number): string => {
  const widest = Math.max(...faults.map(({name}) => name.length))
  const sections = groups.flatMap(([title, belongs]) => {
    const members = faults.filter(belongs)
    const lines = members.flatMap(({name, summary}) =>
      hanging(`  ${name.padEnd(widest)}  `, bare(summary), width),
    )
    return members.length > 0 ? [[title, ...lines].join('\n')] : []
  })
  return [...sections, 'Options and an example of one: shakedown faults NAME'].join('\n\n')
}

/** One fault: what it does, how it stands in a scenario, and every option. */
export const faultInFull = (
  {name, summary, example, envelope, options}: FaultInWords,
  width: number,
): string => {
  const heads = columns(options.map((option) => [`  ${bare(option.key)}`, bare(option.value)]))
  const details = options.flatMap((option, index) => {
    const preset = option.default === '' ? 'optional' : bare(option.default)
    const meaning = bare(option.meaning)
    return [
      `${heads[index] ?? ''}  (${preset === 'required' || preset === 'optional' ? preset : `default ${preset}`})`,
      ...(meaning === '' ? [] : hanging('      ', meaning, width)),
    ]
  })
  const strength = envelope
    ? `Its strength can change while it lasts: ${envelopeExamples.map((one) => `envelope: ${one}`).join(', or ')}.`
    : 'It is there or it is not: it takes no envelope.'
  return [
    ...hanging(`${name}: `, bare(summary), width),
    '',
    'faults:',
    `  - ${example}`,
    '',
    'Options',
    ...details,
    '',
    ...hanging('', strength, width),
  ].join('\n')
}
