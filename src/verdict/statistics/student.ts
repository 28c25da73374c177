import {regularisedBeta} from './beta.js'

/** The chance that Student's t with `degrees` (> 0, may be a fraction) exceeds `t` ≥ 0: A&S 26.7.1 by way of I_x. */
export const studentTail = (t: number, degrees: number): number =>
  regularisedBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2

/** The `t` that Student's t exceeds with this chance, 0 < chance < 0.5; to 12 digits, by bisection. */
export const studentQuantile = (chance: number, degrees: number): number => {
  let high = 1
  while (studentTail(high, degrees) > chance) high *= 2
  let low = 0
  for (let round = 0; round < 60 && high - low > 1e-12 * high; round++) {
    const middle = (low + high) / 2
    if (studentTail(middle, degrees) > chance) low = middle
    else high = middle
  }
  return (low + high) / 2
}
