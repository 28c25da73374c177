import {z} from 'zod'
import type {Dip, Phases} from '../scenario.js'
import {duration, fraction, positiveDuration} from '../units.js'

const dip = z
  .strictObject({
    to: fraction
      .refine((share) => share < 1, {error: 'expected less than "100%": the load is to drop'})
      .prefault('20%')
      .describe('Share of the load that stays during the dip.'),
    for: positiveDuration.describe('Length of the dip: long enough for queues to drain.'),
    restored: positiveDuration.describe('How long all the load is watched after it is back.'),
  })
  .transform(({to, for: forMs, restored: restoredMs}): Dip => ({to, forMs, restoredMs}))

/** The windows of a run, in order. */
export const phases = z
  .strictObject({
    'warm-up': duration
      .prefault('3s')
      .describe('Load that nobody judges, while connections and caches warm up.'),
    baseline: duration.describe('Before the faults: shows that the system was well.'),
    fault: positiveDuration.describe('While the faults are in force.'),
    recovery: duration.describe('After the faults are gone.'),
    'longest-timeout': positiveDuration
      .exactOptional()
      .describe(
        'The longest timeout, backoff or breaker window on the way. A failure that outlasts its cause by five times that is kept alive by something else.',
      ),
    dip: dip
      .exactOptional()
      .describe(
        'After the recovery, unless all is well by then: less load for a time, then all of it again. A failure that this clears was kept alive by the load itself (metastable); one that it does not clear is damage.',
      ),
  })
  .transform(
    ({'longest-timeout': longestTimeoutMs, dip, ...lengths}): Phases => ({
      warmUpMs: lengths['warm-up'],
      baselineMs: lengths.baseline,
      faultMs: lengths.fault,
      recoveryMs: lengths.recovery,
      ...(longestTimeoutMs !== undefined && {longestTimeoutMs}),
      ...(dip !== undefined && {dip}),
    }),
  )
