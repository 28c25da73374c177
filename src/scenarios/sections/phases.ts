import {z} from 'zod'
import type {Phases} from '../scenario.js'
import {duration, positiveDuration} from '../units.js'

/** The windows of a run, in order. */
export const phases = z
  .strictObject({
    'warm-up': duration
      .prefault('3s')
      .describe('Load that nobody judges, while connections and caches warm up.'),
    baseline: duration.describe('Before the faults: shows that the system was well.'),
    fault: positiveDuration.describe('While the faults are in force.'),
    recovery: duration.describe('After the faults are gone.'),
  })
  .transform(
    ({'warm-up': warmUpMs, baseline: baselineMs, fault: faultMs, recovery: recoveryMs}): Phases => ({
      warmUpMs,
      baselineMs,
      faultMs,
      recoveryMs,
    }),
  )
