import {z} from 'zod'
import {pointerProblem} from '../json-pointer.js'
import type {Extract, FlowSpec, FlowStep} from '../scenario.js'
import {byKey} from '../shapes.js'
import {templateNames} from '../template-text.js'
import {duration} from '../units.js'
import {type Common, common, requestOf, target} from './load-requests.js'

const pointer = z
  .string()
  .describe('JSON pointer into the body, `/items/0/id` say; empty for all of it.')
  .superRefine((text, context) => {
    const message = pointerProblem(text)
    if (message !== undefined) context.addIssue({code: 'custom', message})
  })

const extract = byKey('an extraction', {
  json: z.strictObject({json: pointer}),
  header: z.strictObject({
    header: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {error: 'expected the name of a header'})
      .describe('Name of a header of the answer.'),
  }),
})

const valueName = z
  .string()
  .regex(/^[A-Za-z_][\w-]*$/, {error: 'expected a name such as "token"'})
  .refine((name) => !templateNames.some((known) => known === name), {error: 'is the name of a template'})

const step = {
  ...common,
  extract: z
    .record(valueName, extract)
    .default({})
    .describe('Values of the answer by name: later steps write them as `{{NAME}}`.'),
}

type Step = Common & {extract: Record<string, Extract>}

const stepOf = (method: string, path: string, {extract, ...rest}: Step): FlowStep => ({
  kind: 'request',
  request: requestOf(method, path, {...rest, weight: 1}),
  extract,
})

const think = z
  .union(
    [
      duration.transform((ms) => ({minMs: ms, maxMs: ms})),
      z
        .strictObject({from: duration.describe('Shortest.'), to: duration.describe('Longest.')})
        .transform(({from, to}) => ({minMs: from, maxMs: to})),
    ],
    {error: 'expected a duration such as "1s", or {from: 1s, to: 3s}'},
  )
  .refine(({minMs, maxMs}) => minMs <= maxMs, {error: '"from" is longer than "to"'})

const flowStep = byKey('a step', {
  think: z
    .strictObject({think: think.describe('Time until the next step; drawn evenly between two of them.')})
    .transform(({think: times}): FlowStep => ({kind: 'think', ...times})),
  get: z.strictObject({get: target, ...step}).transform(({get, ...rest}) => stepOf('GET', get, rest)),
  post: z.strictObject({post: target, ...step}).transform(({post, ...rest}) => stepOf('POST', post, rest)),
  put: z.strictObject({put: target, ...step}).transform(({put, ...rest}) => stepOf('PUT', put, rest)),
  patch: z
    .strictObject({patch: target, ...step})
    .transform(({patch, ...rest}) => stepOf('PATCH', patch, rest)),
  delete: z
    .strictObject({delete: target, ...step})
    .transform(({delete: path, ...rest}) => stepOf('DELETE', path, rest)),
  head: z.strictObject({head: target, ...step}).transform(({head, ...rest}) => stepOf('HEAD', head, rest)),
})

/** Steps of one user, one after another. */
export const flow = z
  .strictObject({
    name: z.string().min(1).describe('Name in reports; unique.'),
    weight: z
      .number()
      .positive()
      .default(1)
      .describe('Share of the rate, relative to requests and other flows.'),
    steps: z
      .array(flowStep)
      .min(1)
      .refine((steps) => steps.some(({kind}) => kind === 'request'), {error: 'sends nothing'})
      .describe('Requests and times to think, in their order; one that fails ends the flow.'),
    cookies: z
      .boolean()
      .default(false)
      .describe('Whether what `set-cookie` says is sent with the later steps of the same flow.'),
  })
  .transform(({cookies, ...rest}): FlowSpec => (cookies ? {...rest, cookies: true} : rest))
