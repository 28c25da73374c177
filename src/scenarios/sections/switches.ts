import {z} from 'zod'

/** YAML reads `off` as text, but whoever writes it at a switch means the state. */
const switchValue = z
  .union([z.boolean(), z.number(), z.string()], {error: 'expected on, off, a number or text'})
  .transform((value) => (value === 'on' ? true : value === 'off' ? false : value))

/** Switches of the target by dotted name. */
export const switches = z.record(z.string(), switchValue)
