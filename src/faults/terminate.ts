import {endProcess} from './processes/end-process.js'

/** Asks replicas to end (SIGTERM): a rolling restart, a scale-down. */
export default endProcess({
  summary: 'Asks replicas to end (SIGTERM): a rolling restart, a scale-down.',
  example: 'terminate: {workload: gateway}',
  signal: 'SIGTERM',
  does: 'terminates',
  inCluster: {},
})
