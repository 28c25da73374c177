import {endProcess} from './processes/end-process.js'

/** Ends replicas at once (SIGKILL): a crash. */
export default endProcess({
  summary: 'Ends replicas at once (SIGKILL): a crash.',
  example: 'kill: {workload: catalog, respawn: never}',
  signal: 'SIGKILL',
  does: 'kills',
})
