import type {Fault} from './fault.js'
import {askedFor, type PodDeleteOptions, podOptions} from './pods/pod-options.js'
import {podsFault} from './pods/pods-fault.js'
import type {PodsInverse} from './pods/pods-inverse.js'

/** Deletes pods of a cluster, or asks for their eviction; their controllers replace them. */
export default {
  summary:
    'Deletes pods of a cluster, or asks for their eviction. Grace 0 is no crash: SIGTERM, SIGKILL 2 s later.',
  example: 'pod-delete: {workload: gateway}',
  options: podOptions,
  ...podsFault(askedFor),
} satisfies Fault<PodDeleteOptions, PodsInverse>
