import type {Plan} from '../../plan/plan.js'
import type {Json} from '../../system/json.js'
import {paceOf} from './stages.js'
import {type Threshold, thresholdOptions, trendStatsFor} from './thresholds.js'

/** The tags that are read; each more makes every sample longer. */
const systemTags = ['name', 'status', 'error', 'error_code', 'scenario']

/** After the last arrival of a scenario, what is in flight gets its timeout and this much more. */
const marginMs = 2_000

/** k6 accepts letters, digits, `_` and `-` in the name of a scenario; the number keeps them apart. */
export const scenarioNamesOf = ({streams}: Plan): string[] =>
  streams.map(({name}, index) => {
    const fit = name.replace(/[^\w-]/g, '-')
    const taken = streams.slice(0, index).some((other) => other.name.replace(/[^\w-]/g, '-') === fit)
    return taken ? `${fit}-${index}` : fit
  })

/** Others of k6's own tags. Tags of the script are always there. */
const otherTags = [
  'proto',
  'subproto',
  'method',
  'url',
  'group',
  'check',
  'tls_version',
  'service',
  'expected_response',
]

/** The tags that thresholds choose by, as in `http_req_duration{expected_response:true}`. */
const tagsIn = (thresholds: readonly Threshold[]): string[] => {
  const chosen = thresholds.flatMap(({metric}) =>
    (/\{(.*)\}/.exec(metric)?.[1] ?? '').split(',').map((tag) => tag.split(':')[0]?.trim() ?? ''),
  )
  return otherTags.filter((tag) => chosen.includes(tag))
}

/** The tags that k6 is to keep for these thresholds, and for us. */
export const systemTagsFor = (thresholds: readonly Threshold[]): string[] => [
  ...systemTags,
  ...tagsIn(thresholds),
]

const longestMs = ({scenario: {load}}: Plan): number =>
  load.streams
    .flatMap(({requests}) => requests)
    .reduce((longest, {timeoutMs = 0}) => Math.max(longest, timeoutMs), load.timeoutMs)

/** Each free user takes the next arrival, and waits for its time: so k6 keeps to times that are no rates. */
const takenInTurn = (
  {durationMs}: Plan,
  count: number,
  users: number,
  runners: number,
): Record<string, Json> => ({
  executor: 'shared-iterations',
  iterations: Math.max(1, count),
  // As many for each runner: k6 shares arrivals out as it shares out users, and takes no more users than arrivals.
  vus: Math.max(1, Math.floor(Math.min(users, count) / runners) * runners),
  maxDuration: `${durationMs + marginMs}ms`,
})

/** What a plan asks of k6: one scenario for each stream, with this many users, calling the function of this name. */
export const optionsOf = (
  plan: Plan,
  {
    users,
    execs,
    thresholds = [],
    listed = [],
    runners = 1,
  }: {
    users: readonly number[]
    execs: readonly string[]
    thresholds?: readonly Threshold[]
    listed?: readonly (number | undefined)[]
    /** How many k6s share the load. */
    runners?: number
  },
): Record<string, Json> => {
  const names = scenarioNamesOf(plan)
  const gracefulStop = `${longestMs(plan) + marginMs}ms`
  const scenarios = plan.streams.map(({rates}, index) => {
    const common = {exec: execs[index] ?? 'default', gracefulStop}
    const count = listed[index]
    if (count !== undefined)
      return [
        names[index] ?? '',
        {...common, ...takenInTurn(plan, count, users[index] ?? 1, runners)},
      ] as const
    const {startRate, timeUnit, stages} = paceOf(rates)
    const scenario = {
      executor: 'ramping-arrival-rate',
      ...common,
      startRate,
      timeUnit,
      stages: stages.map((stage) => ({...stage})),
      // All of them before the start: one made while the load runs costs skipped requests.
      preAllocatedVUs: users[index] ?? 1,
      maxVUs: users[index] ?? 1,
    }
    return [names[index] ?? '', scenario] as const
  })
  // `setup` waits for the start of the load.
  return {
    scenarios: Object.fromEntries(scenarios),
    systemTags: systemTagsFor(thresholds),
    setupTimeout: '24h',
    noSetup: false,
    thresholds: thresholdOptions(thresholds),
    summaryTrendStats: trendStatsFor(thresholds),
  }
}
