import type {World} from '../../src/faults/fault.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'

/** A target without anything in it. */
export const emptyTarget: Target = {
  name: 'empty',
  endpoints: {web: 'http://127.0.0.1:1'},
  edges: {},
  workloads: {},
  metrics: {kind: 'scrape', intervalMs: 250, targets: []},
  data: {},
}

/** A world in which nothing can be touched. */
export const emptyWorld = (signal: AbortSignal = new AbortController().signal): World => ({
  runId: 'run-1',
  target: emptyTarget,
  clock: systemClock,
  signal,
  toxiproxy: () => {
    throw new Error('this world has no Toxiproxy')
  },
  cluster: () => {
    throw new Error('there is no cluster here')
  },
  workloads: () => {
    throw new Error('this world has no workloads')
  },
})
