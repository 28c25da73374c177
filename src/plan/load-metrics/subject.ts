import {requestsOf} from '../../scenarios/load-requests.js'
import type {Objective, Scenario} from '../../scenarios/scenario.js'
import type {LoadSubject} from './series.js'

/** Every metric of a load begins with this. */
export const loadPrefix = 'shakedown_load_'

/**
 * How much later than its end a second of a load may be known: when the last of its requests has timed out, in ms. Every
 * metric of the load is that much behind while requests hang.
 */
export const settledAfterMs = (load: Scenario['load']): number =>
  Math.max(load.timeoutMs, ...requestsOf(load).map(({request: {timeoutMs = 0}}) => timeoutMs))

/** What the series of a scenario's load are made for; a latency that an objective asks for is a bound of the histogram. */
export const loadSubjectOf = (
  {load, objectives: own}: Pick<Scenario, 'load' | 'objectives'>,
  objectives: readonly Objective[] = own,
): LoadSubject => ({
  requests: requestsOf(load).map(({request: {name, tags}, stream}) => ({
    name,
    stream,
    ...(tags !== undefined && {tags}),
  })),
  flows: load.streams.flatMap(({flows = []}) => flows.map(({name}) => name)),
  boundsMs: objectives.flatMap((one) =>
    one.kind === 'latency' && one.latency.startsWith(loadPrefix) ? [one.belowMs] : [],
  ),
})
