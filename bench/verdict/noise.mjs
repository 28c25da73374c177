// How errors arise: each model gives the share of bad events in each second, around the same mean.

/** Two numbers in [0, 1) make one of the standard normal distribution (Box and Muller). */
const normal = (next) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())

/** A tide: what one second is worse than usual, the next is by this part as well. */
const tide = (kept, height) => (share, next) => {
  let level = normal(next)
  return () => {
    level = kept * level + Math.sqrt(1 - kept * kept) * normal(next)
    return share * Math.exp(height * level - (height * height) / 2)
  }
}

/** Bursts of so many times the mean, so many seconds long on average, for this part of the time. */
const spells = (times, seconds, part) => (share, next) => {
  const quiet = (1 - part * times) / (1 - part)
  let inSpell = next() < part
  return () => {
    const now = share * (inSpell ? times : quiet)
    inSpell = inSpell ? next() >= 1 / seconds : next() < part / (1 - part) / seconds
    return now
  }
}

/** One second in 12 has a burst, of any size: one in 2^α is twice as large as another. */
const anySize = (share, next) => () => {
  const [part, alpha] = [1 / 12, 2.2]
  const size = (1 - next()) ** (-1 / alpha) * (1 - 1 / alpha)
  return share * (next() < part ? 0.5 + (0.5 / part) * size : 0.5)
}

/** `share` is the mean in the long run, `next` a source of numbers in [0, 1); each call of what comes back is a second. */
export const noises = {
  independent: (share) => () => share,
  'over-dispersed': (share, next) => () => share * Math.exp(normal(next) - 0.5),
  'autocorrelated, φ = 0.8': tide(0.8, 0.5),
  bursts: (share, next) => () => (next() < 0.1 ? 5.5 * share : 0.5 * share),
}

/** Not looked at while the intervals were made: what they hold for beyond the models above. */
export const unseen = {
  'autocorrelated, φ = 0.5, higher': tide(0.5, 0.8),
  'autocorrelated, φ = 0.9': tide(0.9, 0.5),
  'spells of 2 s, 5 × as many': spells(5, 2, 0.1),
  'spells of 4 s, 3 × as many': spells(3, 4, 0.15),
  'bursts, rarer': (share, next) => () => (next() < 0.05 ? 8 : 0.6 / 0.95) * share,
  'bursts of any size': anySize,
}

/** One phase as blocks of a second each. */
export const phaseOf = (noise, {share, seconds, perSecond}, next) => {
  const shareNow = {...noises, ...unseen}[noise](share, next)
  return Array.from({length: seconds}, () => {
    const chance = Math.min(1, shareNow())
    let bad = 0
    for (let event = 0; event < perSecond; event++) if (next() < chance) bad++
    return {bad, total: perSecond}
  })
}
