/** How the operator tells runner `index` (from 0) of `of` which share of the load is its own: k6's two options. */
export const segmentOf = (index: number, of: number): {segment: string; sequence: string} => ({
  segment: `${point(index, of)}:${point(index + 1, of)}`,
  sequence: Array.from({length: of + 1}, (_, at) => point(at, of)).join(','),
})

const point = (at: number, of: number): string => (at === 0 ? '0' : at === of ? '1' : `${at}/${of}`)

/**
 * As many users for each stream, but a multiple of the runners: k6 shares arrivals out as it shares out users, and only
 * then has each runner the same part of both.
 */
export const usersForRunners = (users: readonly number[], runners: number): number[] =>
  users.map((count) => Math.ceil(count / runners) * runners)
