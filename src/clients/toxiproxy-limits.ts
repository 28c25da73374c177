import {UserError} from '../errors.js'

/** What is checked of a toxic. */
interface CheckedToxic {
  name: string
  type: string
  toxicity: number
  attributes: Record<string, number>
}

/**
 * Attributes that kill the whole server of Toxiproxy 2.12 when data flows (it accepts them with status 200), as far as
 * they are whole numbers that JavaScript can hold. Each returns what is wrong.
 */
const deadly: Record<string, (value: (name: string) => number) => string | undefined> = {
  bandwidth: (value) => (value('rate') < 0 ? 'rate must not be negative' : undefined),
  slicer: (value) => {
    const [average, variation] = [value('average_size'), value('size_variation')]
    if (average + variation < 1) return 'average_size + size_variation must be at least 1'
    return variation > average + 1 ? 'size_variation must not exceed average_size + 1' : undefined
  },
}

const problemOf = ({type, toxicity, attributes}: CheckedToxic): string | undefined => {
  const odd = Object.entries(attributes).find(([, value]) => !Number.isSafeInteger(value))
  if (odd) return `${odd[0]} must be a whole number, not ${odd[1]}`
  if (!(toxicity >= 0 && toxicity <= 1)) return `toxicity must be between 0 and 1, not ${toxicity}`
  return deadly[type]?.((name) => attributes[name] ?? 0)
}

/** Throws UserError for a toxic that would bring a real Toxiproxy down, and all traffic through it. */
export const assertHarmlessToServer = (toxic: CheckedToxic): void => {
  const problem = problemOf(toxic)
  if (problem === undefined) return
  throw new UserError(`Toxic ${toxic.name} (${toxic.type}): ${problem}`, {
    hint: 'Toxiproxy accepts this and then crashes or misbehaves with the first data: correct the fault.',
  })
}
