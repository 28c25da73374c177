import type {Observations} from './observations.js'
import {clockChecks} from './validity-clock.js'
import {proxyChecks} from './validity-proxies.js'
import {replicaChecks} from './validity-replicas.js'
import {restartChecks} from './validity-restarts.js'
import type {ValidityCheck} from './verdict.js'

/** Whether nobody but this run changed the world, and it is the one that the target describes. */
export const worldChecks = (observed: Observations): ValidityCheck[] => [
  ...clockChecks(observed),
  ...replicaChecks(observed),
  ...restartChecks(observed),
  ...proxyChecks(observed.record),
]

/** What to do when one of them fails, by its name. */
export const worldRemedies: Readonly<Record<string, string>> = {
  'clocks agree': 'Set the clocks (NTP) of this machine and of what dates the samples.',
  'replicas as the target says':
    'Start the replicas that are missing, or correct `workloads` in the target file.',
  'replicas restarted by nobody else':
    'Look into the log of the replica that ended: run it again when nobody else works on the target.',
  'processes restarted by nobody else':
    'Look into the log of the process that ended: run it again when nobody else works on the target.',
  'counters kept counting':
    'Scrape every process at an address of its own, not several behind a load balancer.',
  'no other run on the target': 'Wait until the other run is over; one run at a time on a target.',
  'proxies left to this run': 'Find out who else changes the proxies, and run it again without them.',
}
