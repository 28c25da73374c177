import {z} from 'zod'
import {scenarioSchema} from './schema.js'
import {envelope} from './sections/envelope.js'
import {shaping, timing} from './sections/faults.js'
import {variantsOf} from './shapes.js'
import {targetSchema} from './target-schema.js'
import type {KnownFault, Vocabulary} from './vocabulary.js'

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/** What the user writes (input), with the variants of `byKey` in place of the transforms that read them. */
const toJsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
    override: ({zodSchema, jsonSchema}) => {
      const variants = variantsOf.get(zodSchema._zod.def)
      if (variants !== undefined) Object.assign(jsonSchema, {anyOf: variants.map(part)})
    },
  })

/** The schema of a part: without the header that only a whole schema has. */
const part = (schema: z.ZodType): JsonSchema => {
  const {$schema: _, '~standard': __, ...rest} = toJsonSchema(schema)
  return rest
}

/** The envelope is the same for all faults that take one: it stands in the schema once. */
const envelopeReference = (): Record<string, JsonSchema> => ({
  envelope: {
    $ref: '#/$defs/envelope',
    ...(shaping.shape.envelope.description === undefined
      ? {}
      : {description: shaping.shape.envelope.description}),
  },
})

/** One fault with its options, the timing that all of them take, and the envelope that some do. */
export const faultEntrySchema = (name: string, {summary, options, adjustable}: KnownFault): JsonSchema => {
  const own = part(options)
  const properties = {
    ...own.properties,
    ...part(timing).properties,
    ...(adjustable ? envelopeReference() : {}),
  }
  const required = own.required ?? []
  return {
    type: 'object',
    properties: {
      [name]: {
        ...own,
        description: summary,
        type: required.length > 0 ? 'object' : ['object', 'null'],
        properties,
      } as JsonSchema,
    },
    required: [name],
    additionalProperties: false,
  }
}

/** The JSON Schema of scenario files: what editors complete and check. */
const scenarioJsonSchema = (vocabulary: Vocabulary): JsonSchema => {
  const {'~standard': _, ...schema} = toJsonSchema(scenarioSchema(vocabulary))
  const entries = Object.entries(vocabulary.faults).map(([name, fault]) => faultEntrySchema(name, fault))
  const faults = schema.properties?.['faults']
  if (typeof faults === 'object') faults.items = {anyOf: entries}
  const shaped = Object.values(vocabulary.faults).some(({adjustable}) => adjustable)
  const definitions = shaped ? {$defs: {envelope: part(envelope)}} : {}
  return {title: 'Shakedown scenario', ...schema, ...definitions}
}

/** The JSON Schema of target files. */
const targetJsonSchema = (): JsonSchema => {
  const {'~standard': _, ...schema} = toJsonSchema(targetSchema)
  return {title: 'Shakedown target', ...schema}
}

/** The JSON Schemas of the files that users write. */
export const jsonSchemas = (vocabulary: Vocabulary): Record<'scenario' | 'target', JsonSchema> => ({
  scenario: scenarioJsonSchema(vocabulary),
  target: targetJsonSchema(),
})

/** As committed under schema/. */
export const printSchema = (schema: JsonSchema): string => JSON.stringify(schema, null, 2)
