/** A running sum and what rounding has lost of it so far (Neumaier's variant of Kahan's summation). */
export interface Sum {
  sum: number
  lost: number
}

export const emptySum = (): Sum => ({sum: 0, lost: 0})

/** Adds in place. An infinite sum has lost nothing: the correction would turn it into NaN. */
export const add = (to: Sum, increment: number): void => {
  const total = to.sum + increment
  if (!Number.isFinite(total) && !Number.isNaN(total)) to.lost = 0
  else if (Math.abs(to.sum) >= Math.abs(increment)) to.lost += to.sum - total + increment
  else to.lost += increment - total + to.sum
  to.sum = total
}

export const totalOf = ({sum, lost}: Sum): number =>
  Number.isFinite(sum) || Number.isNaN(sum) ? sum + lost : sum

/** Sum of `values[from..to)`. */
export const sumOf = (values: ArrayLike<number>, from: number, to: number): number => {
  const total = emptySum()
  for (let index = from; index < to; index++) add(total, values[index] ?? Number.NaN)
  return totalOf(total)
}

/**
 * Mean of `values[from..to)`, of one value or more. Sums and divides once, which is most exact; when the sum
 * overflows it goes on with a running mean, so that the mean of huge values is still right.
 */
export const meanOf = (values: ArrayLike<number>, from: number, to: number): number => {
  const running: Sum = {sum: values[from] ?? Number.NaN, lost: 0}
  const next: Sum = emptySum()
  for (let index = from + 1; index < to; index++) {
    next.sum = running.sum
    next.lost = running.lost
    add(next, values[index] ?? Number.NaN)
    if (Math.abs(next.sum) === Number.POSITIVE_INFINITY) return runningMean(values, from, index, to, running)
    running.sum = next.sum
    running.lost = next.lost
  }
  const count = to - from
  return running.sum / count + running.lost / count
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
