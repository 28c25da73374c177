import type {Clock} from '../service/clock.js'

/** Counts of named events over the last `windowMs`, in slices, so that memory does not grow with traffic. */
export interface SlidingWindow<Name extends string> {
  add(name: Name): void
  count(name: Name): number
  clear(): void
}

const slices = 10

/** Forgets in steps of a tenth of the window: an event counts for between 0.9 and 1.0 windows. */
export const createSlidingWindow = <Name extends string>(
  windowMs: number,
  clock: Clock,
): SlidingWindow<Name> => {
  const counts = new Map<number, Map<Name, number>>()
  const currentSlice = (): number => Math.floor((clock.now() * slices) / windowMs)

  const forget = (now: number): void => {
    for (const slice of counts.keys()) if (slice <= now - slices) counts.delete(slice)
  }

  return {
    add: (name) => {
      const now = currentSlice()
      const slice = counts.get(now) ?? new Map<Name, number>()
      if (slice.size === 0) forget(now)
      slice.set(name, (slice.get(name) ?? 0) + 1)
      counts.set(now, slice)
    },
    count: (name) => {
      forget(currentSlice())
      let sum = 0
      for (const slice of counts.values()) sum += slice.get(name) ?? 0
      return sum
    },
    clear: () => counts.clear(),
  }
}
