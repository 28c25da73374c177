const hourMs = 3_600_000
const monthMs = 30 * 24 * hourMs

/**
 * Multiwindow, multi-burn-rate alerts on a budget of 30 days: Google, The Site Reliability Workbook, chapter 5, table
 * 5-8. Each fires when both its windows burn at `times` the rate that the budget allows: the long one says that it
 * matters, the short one, a twelfth of it, that it still goes on. The long one fills last, and so decides when.
 */
const rules = [
  {rule: '14.4× over 1h and 5m', times: 14.4, longMs: hourMs},
  {rule: '6× over 6h and 30m', times: 6, longMs: 6 * hourMs},
  {rule: '1× over 3d and 6h', times: 1, longMs: 72 * hourMs},
] as const

/** What a trouble would come to that went on at the burn rate of a phase. */
export interface BurnOutlook {
  /** The whole budget of 30 days is gone after this long; absent where nothing burns. */
  goneAfterMs?: number
  /** Alerts that would fire, and how long after its beginning, with nothing bad before; the quickest first. */
  alerts: {rule: string; afterMs: number}[]
}

/** A phase of a minute tells a rate, not a month: this says what the rate would mean if it stayed. */
export const burnOutlook = (burnRate: number): BurnOutlook => ({
  ...(burnRate > 0 && {goneAfterMs: monthMs / burnRate}),
  alerts: rules
    .flatMap(({rule, times, longMs}) =>
      burnRate >= times ? [{rule, afterMs: (longMs * times) / burnRate}] : [],
    )
    .sort((one, other) => one.afterMs - other.afterMs),
})
