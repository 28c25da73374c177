import type {Plan} from '../../plan/plan.js'
import type {Load, ReplayEntry} from '../../scenarios/scenario.js'
import type {Json} from '../../system/json.js'
import {scenarioNamesOf} from './options.js'
import type {ScriptInput} from './script/messages.js'

/** Of a log, the names that its requests are counted under: what is sent stands in a list that all users share. */
const slimLoad = (load: Load): Load => ({
  ...load,
  streams: load.streams.map((stream) => {
    if (stream.replay === undefined) return stream
    const names = new Map<string, ReplayEntry>()
    for (const entry of stream.replay.entries) if (!names.has(entry.name)) names.set(entry.name, entry)
    return {...stream, replay: {...stream.replay, entries: [...names.values()]}}
  }),
})

/** Only what requests are made from: each virtual user reads it. */
const slim = ({scenario, target, ...plan}: Plan): Plan => ({
  ...plan,
  scenario: {...scenario, objectives: [], guards: [], faults: [], load: slimLoad(scenario.load)},
  target: {...target, edges: {}, workloads: {}},
  faults: [],
})

const urlsOf = ({target}: Plan): ScriptInput['urls'] =>
  Object.fromEntries(
    Object.values(target.endpoints)
      .filter((url) => URL.canParse(url))
      .map((url) => {
        const {protocol, origin, pathname} = new URL(url)
        return [url, {protocol, origin, pathname}]
      }),
  )

/** What our own script is told: the plan, k6's options for it, where the lists of arrivals are, and who starts it. */
export const scriptInputOf = (
  plan: Plan,
  {
    users,
    options,
    lists,
    gateUrl,
    pushed,
  }: {
    users: readonly number[]
    options: Record<string, Json>
    lists: (string | null)[]
    gateUrl?: string
    pushed?: ScriptInput['pushed']
  },
): ScriptInput => ({
  plan: slim(plan),
  scenarios: scenarioNamesOf(plan),
  users: users.reduce((sum, count) => sum + count, 0),
  urls: urlsOf(plan),
  ...(gateUrl !== undefined && {gateUrl}),
  ...(pushed !== undefined && {pushed}),
  options,
  lists,
})
