import type {Plan} from '../plan/plan.js'
import type {Load, LoadStream, Replay, RequestSpec} from '../scenarios/scenario.js'
import type {Json} from '../system/json.js'
import {leanTarget} from './lean-target.js'

/** Longer lists are cut for the record: it says what was run, and need not run it again. */
const mostRows = 1000
const keptRows = 100
/** Longer bodies are cut. */
const mostBodyChars = 16_384

const cutRows = (rows: Json[]): Json[] => (rows.length > mostRows ? rows.slice(0, keptRows) : rows)

/** The first requests, and the first of each name: what the load is counted under stays known. */
const cutReplay = (replay: Replay): Replay => {
  if (replay.entries.length <= mostRows) return replay
  const seen = new Set<string>()
  const entries = replay.entries.filter(({name}, index) => {
    const isFirst = !seen.has(name)
    seen.add(name)
    return isFirst || index < keptRows
  })
  return {...replay, entries}
}

const cutRequest = (request: RequestSpec): RequestSpec => {
  const {body, bodyBase64, ...rest} = request
  const text = typeof body === 'string' && body.length > mostBodyChars
  return {
    ...rest,
    ...(body !== undefined && {body: text ? `${body.slice(0, mostBodyChars)}…` : body}),
    ...(bodyBase64 !== undefined && bodyBase64.length <= mostBodyChars && {bodyBase64}),
  }
}

const cutStream = (stream: LoadStream): LoadStream => ({
  ...stream,
  requests: stream.requests.map(cutRequest),
  ...(stream.flows && {
    flows: stream.flows.map((flow) => ({
      ...flow,
      steps: flow.steps.map((step) =>
        step.kind === 'request' ? {...step, request: cutRequest(step.request)} : step,
      ),
    })),
  }),
  ...(stream.replay && {replay: cutReplay(stream.replay)}),
})

/** What was left out, by the place in the scenario where it stood; nothing when all is there. */
const cutsOf = ({data, streams}: Load): Record<string, number> =>
  Object.fromEntries([
    ...Object.entries(data).flatMap(([name, rows]) =>
      rows.length > mostRows ? [[`data.${name}`, rows.length]] : [],
    ),
    ...streams.flatMap(({replay}) =>
      replay && replay.entries.length > mostRows ? [['replay', replay.entries.length]] : [],
    ),
  ])

/**
 * The plan as a record keeps it. Lists of more than 1000 rows and logs of more than 1000 requests are cut to their
 * first 100, long bodies too; `load.cut` says how long they were, and `load.files` the SHA-256 of the files they came
 * from. A log keeps the first request of each name.
 */
export const recordedPlan = (plan: Plan): Plan => {
  const {load} = plan.scenario
  const cut = cutsOf(load)
  const data = Object.fromEntries(Object.entries(load.data).map(([name, rows]) => [name, cutRows(rows)]))
  const streams = load.streams.map(cutStream)
  const kept: Load = {...load, data, streams, ...(Object.keys(cut).length > 0 && {cut})}
  return {...plan, target: leanTarget(plan.target), scenario: {...plan.scenario, load: kept}}
}
