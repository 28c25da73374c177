import {logGamma, regularisedBeta} from '../statistics/beta.js'

/** Bad events among all; fractions are allowed. */
export interface Counted {
  bad: number
  total: number
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b)

/** ln of the chance of these events in this order, if each were bad with chance `limit`. */
const logNull = ({bad, total}: Counted, limit: number): number =>
  bad * Math.log(limit) + (total - bad) * Math.log1p(-limit)

/**
 * ln of the e-value against "at least `limit` of the events are bad": how many times as likely what was counted is
 * under a mixture of smaller shares, p^(−1/2) below the limit, than at the limit itself. The chance that it ever
 * exceeds 1/α, at whatever times one looks, is at most α while the hypothesis holds: H. Robbins, Annals of Mathematical
 * Statistics 41 (1970), the mixture; J. Ville, 1939, the inequality; Howard, Ramdas, McAuliffe and Sekhon, Annals of
 * Statistics 49 (2021), the beta-binomial mixture. One side of the limit only, because then each ratio in the mixture
 * falls with every bad event, and the limit is the worst of the shares at or above it.
 */
export const logShowsFewer = (counted: Counted, limit: number): number => {
  const {bad, total} = counted
  if (limit <= 0 || total <= 0) return 0
  if (limit >= 1) return Number.POSITIVE_INFINITY
  const [a, b] = [bad + 0.5, total - bad + 1]
  const mixed = logBeta(a, b) + Math.log(regularisedBeta(limit, a, b))
  return mixed - Math.log(2 * Math.sqrt(limit)) - logNull(counted, limit)
}

/**
 * The same against "at most `limit` of the events are bad", with a mixture of larger shares, 1/p above the limit: as
 * many of them within a factor of two wherever the limit is. Without a bad event, nothing speaks for more of them.
 */
export const logShowsMore = (counted: Counted, limit: number): number => {
  const {bad, total} = counted
  if (limit < 0) return Number.POSITIVE_INFINITY
  if (bad <= 0 || limit >= 1) return Number.NEGATIVE_INFINITY
  if (limit === 0) return Number.POSITIVE_INFINITY
  const [a, b] = [bad, total - bad + 1]
  const mixed = logBeta(a, b) + Math.log(regularisedBeta(1 - limit, b, a))
  return mixed - Math.log(-Math.log(limit)) - logNull(counted, limit)
}

/** Halvings that leave less than any count can tell. */
const halvings = 60

/**
 * The point between a share that is rejected and one that is not, from either side: an end of the confidence sequence,
 * all shares that neither e-value rejects, which holds the true share at all times at once (Howard and others, as above).
 */
export const edgeOf = (rejected: number, kept: number, rejects: (share: number) => boolean): number => {
  let [out, within] = [rejected, kept]
  for (let round = 0; round < halvings; round++) {
    const middle = (out + within) / 2
    if (rejects(middle)) out = middle
    else within = middle
  }
  return out
}
