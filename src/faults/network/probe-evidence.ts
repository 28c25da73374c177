import type {Evidence} from '../fault.js'

/**
 * What the lines of a probe say of a cut that is in force since line `from`: it bit when the probe was let through before
 * and no more since. Without the first, nothing is known: it may never have got there.
 */
export const evidenceOf = (lines: readonly string[], from: number): Evidence => {
  const since = lines.slice(from)
  const count = (word: string, among: readonly string[]): number =>
    among.filter((line) => line === word).length
  const numbers = {
    'probes open before': count('open', lines.slice(0, from)),
    'probes cut': count('cut', since),
    'probes open': count('open', since),
  }
  const say = (bit: Evidence['bit'], words: string): Evidence => ({bit, observations: [words], numbers})
  if (lines.includes('unable'))
    return say('unknown', "the probe's image has no `nc`: name another as `probe`")
  if (since.length === 0) return say('unknown', 'the probe has said nothing')
  if (since.at(-1) === 'open') return say('no', 'a connection that should be cut is let through')
  if (!lines.includes('open')) {
    return say('unknown', 'the probe could never connect, so nobody knows whether the cut is why')
  }
  return say('yes', 'connections that were let through before are cut')
}
