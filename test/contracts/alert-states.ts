/** One alert over a gauge, second by second, and its state: `p`ending, `f`iring or `-`. Prometheus and we must agree. */
export interface AlertCase {
  name: string
  forMs?: number
  keepFiringMs?: number
  /** The gauge's value each second; the alert's condition is that it is above 5. */
  values: (number | 'stale' | '_')[]
  states: string
}

export const alertCases: AlertCase[] = [
  {name: 'fires at once without a time to wait', values: [0, 9, 9, 0], states: '-ff-'},
  {
    name: 'is pending until its condition has held for long enough',
    forMs: 2000,
    values: [9, 9, 9, 9, 0],
    states: 'ppff-',
  },
  {name: 'begins to wait anew after a break', forMs: 2000, values: [9, 9, 0, 9, 9, 9], states: 'pp-ppf'},
  {
    name: 'goes on firing for a while when told to',
    keepFiringMs: 2000,
    values: [9, 0, 0, 0, 0],
    states: 'fff--',
  },
  {
    name: 'counts the time it is kept anew when its condition comes back',
    keepFiringMs: 2000,
    values: [9, 0, 9, 0, 0, 0],
    states: 'fffff-',
  },
  {
    name: 'is not kept while it is only pending',
    forMs: 2000,
    keepFiringMs: 9000,
    values: [9, 9, 0, 0],
    states: 'pp--',
  },
  {name: 'ends when its series goes stale', values: [9, 9, 'stale', '_'], states: 'ff--'},
]
