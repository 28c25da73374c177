import {z} from 'zod'

const schema = z
  .object({
    matchLabels: z.record(z.string(), z.string()).default({}),
    matchExpressions: z
      .array(z.object({key: z.string(), operator: z.string(), values: z.array(z.string()).default([])}))
      .default([]),
  })
  .nullish()

const expression = ({key, operator, values}: {key: string; operator: string; values: string[]}): string => {
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values.join(',')})`
}

/** A label selector object as the query of a list writes it; empty when it selects everything, undefined when nothing. */
export const selectorText = (value: unknown): string | undefined => {
  const selector = schema.parse(value)
  if (!selector) return undefined
  const labels = Object.entries(selector.matchLabels).map(([key, one]) => `${key}=${one}`)
  return [...labels, ...selector.matchExpressions.map(expression)].join(',')
}
