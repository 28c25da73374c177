/** What requests cost at the safe peak, when all of it is used. */
export interface Cost {
  pricePerHour: number
  ratePerSecond: number
  /** For a million requests at that rate, around the clock; more at any lower rate. */
  perMillion: number
}

/** Price of a million requests when the system carries this rate. */
export const costOf = (pricePerHour: number, ratePerSecond: number): Cost => ({
  pricePerHour,
  ratePerSecond,
  perMillion: ratePerSecond === 0 ? Number.POSITIVE_INFINITY : (pricePerHour / (ratePerSecond * 3600)) * 1e6,
})
