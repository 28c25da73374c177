/** A running sum and what rounding has lost of it so far (Neumaier's variant of Kahan's summation). */
export interface Sum {
  sum: number
  lost: number
}

export const emptySum = (): Sum => ({sum: 0, lost: 0})

/**
 * What rounding has lost once `increment` was added to `sum` to make `total`, given what was lost before. An infinite
 * sum has lost nothing: the correction would turn it into NaN.
 */
export const lostWith = (lost: number, sum: number, increment: number, total: number): number => {
  if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) return 0
  if (Math.abs(sum) >= Math.abs(increment)) return lost + (sum - total + increment)
  return lost + (increment - total + sum)
}

/** Adds in place. */
export const add = (to: Sum, increment: number): void => {
  const total = to.sum + increment
  to.lost = lostWith(to.lost, to.sum, increment, total)
  to.sum = total
}

export const totalOf = ({sum, lost}: Sum): number =>
  Number.isFinite(sum) || Number.isNaN(sum) ? sum + lost : sum

/** Sum of `values[from..to)`. */
export const sumOf = (values: ArrayLike<number>, from: number, to: number): number => {
  // Two numbers rather than a Sum: this runs for each sample of each window.
  let sum = 0
  let lost = 0
  for (let index = from; index < to; index++) {
    const value = values[index] ?? Number.NaN
    const total = sum + value
    lost = lostWith(lost, sum, value, total)
    sum = total
  }
  return totalOf({sum, lost})
}

/**
 * Mean of `values[from..to)`, of one value or more. Sums and divides once, which is most exact; when the sum
 * overflows it goes on with a running mean, so that the mean of huge values is still right.
 */
export const meanOf = (values: ArrayLike<number>, from: number, to: number): number => {
  let sum = values[from] ?? Number.NaN
  let lost = 0
  for (let index = from + 1; index < to; index++) {
    const value = values[index] ?? Number.NaN
    const total = sum + value
    if (Math.abs(total) === Number.POSITIVE_INFINITY) return runningMean(values, from, index, to, {sum, lost})
    lost = lostWith(lost, sum, value, total)
    sum = total
  }
  const count = to - from
  return sum / count + lost / count
}

const runningMean = (
  values: ArrayLike<number>,
  from: number,
  at: number,
  to: number,
  {sum, lost}: Sum,
): number => {
  const soFar = at - from
  const mean: Sum = {sum: sum / soFar, lost: lost / soFar}
  for (let index = at; index < to; index++) {
    const count = index - from + 1
    const weight = (count - 1) / count
    mean.sum *= weight
    mean.lost *= weight
    add(mean, (values[index] ?? Number.NaN) / count)
  }
  return mean.sum + mean.lost
}
