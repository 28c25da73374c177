import type {ToxicProxy} from '../proxy.js'
import type {AttributeValue, Toxic} from '../toxic.js'

const escapes: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** A JSON string as Go writes it: safe inside HTML. */
export const quote = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (found) => escapes[found] ?? found)

/** The shortest text that reads back as the same 32-bit number: 0.33333334, not 0.3333333432674408. */
export const float32Text = (value: number): string => {
  for (let digits = 1; digits <= 9; digits++) {
    const shorter = Number(value.toPrecision(digits))
    if (Math.fround(shorter) === value) return String(shorter)
  }
  return String(value)
}

const attributeJson = (value: AttributeValue): string => {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      return float32Text(value)
    case 'bigint':
      return String(value)
  }
}

export const toxicJson = ({name, type, stream, toxicity, kind, attributes}: Toxic): string => {
  const pairs = kind.attributes.map(
    (attribute) => `${quote(attribute)}:${attributeJson(attributes[attribute] ?? 0n)}`,
  )
  return `{"attributes":{${pairs.join(',')}},"name":${quote(name)},"type":${quote(type)},"stream":${quote(stream)},"toxicity":${float32Text(toxicity)}}`
}

export const listJson = (items: readonly string[]): string => `[${items.join(',')}]`

/** `Logger` is a slip of the original that its answers have always had. */
export const proxyJson = ({name, settings: {listen, upstream, enabled}, toxics}: ToxicProxy): string =>
  `{"name":${quote(name)},"listen":${quote(listen)},"upstream":${quote(upstream)},"enabled":${enabled},"Logger":{},"toxics":${listJson(toxics.listed.map(toxicJson))}}`
