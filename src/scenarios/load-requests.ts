import type {Load, RequestSpec} from './scenario.js'

/** A request of the load with the place where it stands in the scenario file. */
export interface PlacedRequest {
  request: RequestSpec
  /** `load.requests[0]`, `load.streams[1].flows[0].steps[2]` */
  where: string
}

/** Every request of every stream, those inside flows among them, in the order of the file. */
export const requestsOf = ({streams}: Pick<Load, 'streams'>): PlacedRequest[] =>
  streams.flatMap(({requests, flows = []}, stream) => {
    const at = streams.length === 1 ? 'load' : `load.streams[${stream}]`
    return [
      ...requests.map((request, index) => ({request, where: `${at}.requests[${index}]`})),
      ...flows.flatMap(({steps}, flow) =>
        steps.flatMap((step, index) =>
          step.kind === 'request'
            ? [{request: step.request, where: `${at}.flows[${flow}].steps[${index}]`}]
            : [],
        ),
      ),
    ]
  })
