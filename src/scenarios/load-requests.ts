import type {FlowSpec, Load, LoadStream, Replay, RequestSpec} from './scenario.js'

/** A request of the load with the place where it stands in the scenario file. */
export interface PlacedRequest {
  request: RequestSpec
  /** `load.requests[0]`, `load.streams[1].flows[0].steps[2]`, `load.replay` */
  where: string
  /** Name of its stream. */
  stream: string
  /** Values that earlier steps of its flow take from answers; none outside flows. */
  values: string[]
}

type Place = Pick<PlacedRequest, 'where' | 'stream'>

const stepsOf = ({steps}: FlowSpec, {where, stream}: Place): PlacedRequest[] => {
  const known: string[] = []
  return steps.flatMap((step, index) => {
    if (step.kind === 'think') return []
    const values = [...known]
    known.push(...Object.keys(step.extract))
    return [{request: step.request, where: `${where}.steps[${index}]`, stream, values}]
  })
}

/** What a log's requests are counted under: one for each name, in the order of first appearance. */
const replayed = ({entries, endpoint}: Replay, stream: string): PlacedRequest[] => {
  const methods = new Map(entries.map(({name, method}) => [name, method]))
  return [...methods].map(([name, method]) => {
    const request = {name, method, weight: 1, path: '/', headers: {}}
    return {
      request: endpoint === undefined ? request : {...request, endpoint},
      where: 'load.replay',
      stream,
      values: [],
    }
  })
}

const requestsOfStream = (
  {name: stream, requests, flows = [], replay}: LoadStream,
  at: string,
): PlacedRequest[] => [
  ...requests.map((request, index) => ({request, where: `${at}.requests[${index}]`, stream, values: []})),
  ...flows.flatMap((flow, index) => stepsOf(flow, {where: `${at}.flows[${index}]`, stream})),
  ...(replay === undefined ? [] : replayed(replay, stream)),
]

/** Every request of every stream, in the order of the file: single ones, those inside flows, those of a log. */
export const requestsOf = ({streams}: Pick<Load, 'streams'>): PlacedRequest[] =>
  streams.flatMap((stream, index) =>
    requestsOfStream(stream, streams.length === 1 ? 'load' : `load.streams[${index}]`),
  )
