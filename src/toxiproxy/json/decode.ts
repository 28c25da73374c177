import type {JsonValue} from './parse.js'

/** The fields of an object, by name in any case, the last of a name; `null` counts as absent. */
export type Fields = (name: string) => JsonValue | undefined

const mismatch = (value: JsonValue, where: string, wanted: string): Error => {
  const what =
    value.kind === 'number' && wanted !== 'string' && wanted !== 'bool' ? `number ${value.text}` : value.kind
  return new Error(`json: cannot unmarshal ${what} into ${where} of type ${wanted}`)
}

/** Looks into an object that stands for a struct of the original, `type`; `null` is an object without fields. */
export const fieldsOf = (value: JsonValue, type: string, where = 'Go value'): Fields => {
  if (value.kind === 'null') return () => undefined
  if (value.kind !== 'object') throw mismatch({...value}, where, type)
  return (name) => {
    const given = value.entries.filter(
      ([key, {kind}]) => key.toLowerCase() === name.toLowerCase() && kind !== 'null',
    )
    return given.at(-1)?.[1]
  }
}

/** A string field, `undefined` when absent. `owner` is the struct's name in error texts. */
export const stringField = (fields: Fields, name: string, owner: string): string | undefined => {
  const value = fields(name)
  if (!value || value.kind === 'string') return value?.value
  throw mismatch(value, `Go struct field ${owner}.${name}`, 'string')
}

export const boolField = (fields: Fields, name: string, owner: string): boolean | undefined => {
  const value = fields(name)
  if (!value || value.kind === 'bool') return value?.value
  throw mismatch(value, `Go struct field ${owner}.${name}`, 'bool')
}

/** A whole number within 64 bits, written without fraction and exponent. */
export const integerField = (
  fields: Fields,
  name: string,
  owner: string,
  type: string,
): bigint | undefined => {
  const value = fields(name)
  if (!value) return undefined
  if (value.kind === 'number' && /^-?\d+$/.test(value.text)) {
    const number = BigInt(value.text)
    if (BigInt.asIntN(64, number) === number) return number
  }
  throw mismatch(value, `Go struct field ${owner}.${name}`, type)
}

/** A number rounded to 32 bits; one beyond their range is refused. */
export const float32Field = (fields: Fields, name: string, owner: string): number | undefined => {
  const value = fields(name)
  if (!value) return undefined
  const number = value.kind === 'number' ? Math.fround(Number(value.text)) : Number.NaN
  if (Number.isFinite(number)) return number
  throw mismatch(value, `Go struct field ${owner}.${name}`, 'float32')
}
