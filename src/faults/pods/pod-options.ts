import {z} from 'zod'
import {readLabelSelector} from '../../scenarios/label-selector.js'
import {duration, positiveDuration, positiveFraction} from '../../scenarios/units.js'
import {turnOptions} from '../processes/in-turn.js'
import {type PodsAsked, readyWithinByDefault} from './pods-asked.js'

const labels = z
  .string()
  .refine((text) => readLabelSelector(text) !== undefined, 'expected a label selector such as "app=web"')

/** How long undo waits. */
export const readyWithin = {
  'ready-within': positiveDuration
    .prefault(readyWithinByDefault)
    .describe(
      'At its end: how long the workload may take to be ready again before that is reported (exit 5).',
    ),
}

const shape = {
  workload: z
    .string()
    .min(1)
    .exactOptional()
    .describe('The workload whose pods are deleted, as the target names it.'),
  selector: labels
    .exactOptional()
    .describe('In place of a workload: a label selector, `app=web,tier!=cache`.'),
  count: z.int().min(1).exactOptional().describe('How many pods are deleted; 1 by default.'),
  percent: positiveFraction
    .exactOptional()
    .describe('Share of the pods that is deleted, rounded down: never more than asked, and never none.'),
  all: z.literal(true).exactOptional().describe('All of them.'),
  node: z.string().min(1).exactOptional().describe('Only pods on this node.'),
  label: labels.exactOptional().describe('Only pods with these labels: a selector.'),
  pick: z
    .enum(['random', 'oldest', 'newest'])
    .default('random')
    .describe('Which of them: `random` by the seed.'),
  grace: duration
    .refine((ms) => ms % 1000 === 0, 'expected whole seconds')
    .exactOptional()
    .describe(
      'How long they get to end, in place of their own grace period; 0 is no crash: SIGTERM, SIGKILL 2 s later.',
    ),
  evict: z
    .boolean()
    .default(false)
    .describe(
      'Asks the Eviction API, which respects disruption budgets; refused ones are asked for again every 5 s.',
    ),
  force: z.boolean().default(false).describe('Deletes whatever disruption budgets say.'),
  ...turnOptions,
  ...readyWithin,
}

type Parsed = z.output<z.ZodObject<typeof shape>>

const names = (options: Parsed, ...keys: (keyof Parsed)[]): number =>
  keys.filter((key) => options[key] !== undefined).length

/** The options of `pod-delete`. */
export const podOptions = z
  .strictObject(shape)
  .refine(
    (options) => names(options, 'workload', 'selector') === 1,
    'expected one of "workload" and "selector"',
  )
  .refine(
    (options) => names(options, 'count', 'percent', 'all') <= 1,
    'choose one of "count", "percent" and "all"',
  )
  .refine(({order, every}) => every === undefined || order === 'one-by-one', {
    error: '`every` needs `order: one-by-one`',
    path: ['every'],
  })
  .refine(({evict, force}) => !(evict && force), {
    error: 'an eviction respects disruption budgets: leave out one of "evict" and "force"',
    path: ['force'],
  })

/** As parsed. */
export type PodDeleteOptions = Parsed

/** What they ask for. */
export const askedFor = ({
  grace,
  'ready-within': readyWithinMs,
  ...options
}: PodDeleteOptions): PodsAsked => ({
  ...options,
  graceMs: grace,
  hold: false,
  readyWithinMs,
})
