import {z} from 'zod'
import {scenarioSchema} from './schema.js'
import {timing} from './sections/faults.js'
import {variantsOf} from './shapes.js'
import {targetSchema} from './target-schema.js'
import type {Vocabulary} from './vocabulary.js'

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

/** One fault with its options and the timing that all of them take. */
const faultEntrySchema = (name: string, {summary, options}: Vocabulary['faults'][string]): JsonSchema => {
  const own = part(options)
  const properties = {...own.properties, ...part(timing).properties}
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
  return {title: 'Shakedown scenario', ...schema}
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
