import {endProcess} from './processes/end-process.js'

/** Ends replicas at once (SIGKILL): a crash. */
export default endProcess({
  summary: 'Ends replicas at once (SIGKILL): a crash.',
  example: 'kill: {workload: catalog, respawn: never}',
  signal: 'SIGKILL',
  does: 'kills',
  inCluster: {
    graceMs: 0,
    first: 'the nearest to a crash that the right to delete pods allows: ',
  },
})
