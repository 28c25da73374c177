// How errors arise: each model gives the share of bad events in each second, around the same mean.

/** Two numbers in [0, 1) make one of the standard normal distribution (Box and Muller). */
const normal = (next) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())

/** `share` is the mean in the long run, `next` a source of numbers in [0, 1); each call of what comes back is a second. */
export const noises = {
  independent: (share) => () => share,
  'over-dispersed': (share, next) => () => share * Math.exp(normal(next) - 0.5),
  'autocorrelated, φ = 0.8': (share, next) => {
    let tide = normal(next)
    return () => {
      tide = 0.8 * tide + 0.6 * normal(next)
      return share * Math.exp(0.5 * tide - 0.125)
    }
  },
  bursts: (share, next) => () => (next() < 0.1 ? 5.5 * share : 0.5 * share),
}

/** One phase as blocks of a second each. */
export const phaseOf = (noise, {share, seconds, perSecond}, next) => {
  const shareNow = noises[noise](share, next)
  return Array.from({length: seconds}, () => {
    const chance = Math.min(1, shareNow())
    let bad = 0
    for (let event = 0; event < perSecond; event++) if (next() < chance) bad++
    return {bad, total: perSecond}
  })
}
