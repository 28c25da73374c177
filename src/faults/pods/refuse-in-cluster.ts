import {UserError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'

/** What each fault would need inside a pod, and what comes near it from outside. */
const nearest = {
  freeze: [
    'stopping a process',
    'A pod that answers nobody: `network-cut`, or `timeout` on the edge to it. To take one away: `pod-delete`.',
  ],
  cpu: [
    'taking CPU time from a process',
    'A slow service: `latency` on the edge to it. Less of it: `scale` its workload down. Less CPU for real: a lower limit in its manifest.',
  ],
  memory: [
    'holding memory in a process',
    'A pod that is out of memory is killed: `pod-delete` shows what follows. The real thing: a lower limit in its manifest.',
  ],
} as const

/** Throws UserError for a fault inside processes when the target is a cluster. */
export const refuseInCluster = (fault: keyof typeof nearest, {name, kubernetes}: Target): void => {
  if (!kubernetes) return
  const [what, hint] = nearest[fault]
  throw new UserError(
    `${fault} does not work on target ${name}: ${what} in a pod takes the right to run commands in it (pods/exec), which shakedown never asks for`,
    {hint},
  )
}
