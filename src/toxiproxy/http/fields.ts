/** How the end of a message's body is found. */
export type Framing =
  | {kind: 'none'}
  | {kind: 'length'; bytes: number}
  | {kind: 'chunked'}
  /** Until the sender closes. */
  | {kind: 'until-close'}
  /** What follows is another protocol. */
  | {kind: 'tunnel'}

/** Header fields by lower-case name, each with all of its values. */
export type Fields = ReadonlyMap<string, readonly string[]>

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)$/

/** The field lines of a head; undefined when one is none (RFC 9112, 5.1: also when it is folded or padded). */
export const readFields = (lines: readonly string[]): Fields | undefined => {
  const fields = new Map<string, string[]>()
  for (const line of lines) {
    const [, name, value = ''] = field.exec(line) ?? []
    if (name === undefined) return undefined
    const known = fields.get(name.toLowerCase())
    if (known) known.push(value.trim())
    else fields.set(name.toLowerCase(), [value.trim()])
  }
  return fields
}

/** Whether a field that is a list, such as `Connection`, has this member. */
export const lists = (fields: Fields, name: string, member: string): boolean =>
  (fields.get(name) ?? []).some((value) =>
    value.split(',').some((item) => item.trim().toLowerCase() === member),
  )

/**
 * The framing that the fields give (RFC 9112, 6.3), `absent` when they give none. Undefined when they contradict each
 * other: two recipients could find two ends, and ours must not be one of them.
 */
export const framingOf = (fields: Fields, absent: Framing): Framing | undefined => {
  const codings = fields.get('transfer-encoding')
  const lengths = fields.get('content-length')
  if (codings) {
    const alone = codings.length === 1 && codings[0]?.toLowerCase() === 'chunked' && !lengths
    return alone ? {kind: 'chunked'} : undefined
  }
  if (!lengths) return absent
  const [text = ''] = lengths
  if (!/^\d{1,15}$/.test(text) || lengths.some((other) => other !== text)) return undefined
  return Number(text) === 0 ? {kind: 'none'} : {kind: 'length', bytes: Number(text)}
}
