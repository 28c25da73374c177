import type {EdgeEffect} from '../verdict/effects/effect.js'
import {elapsed} from '../verdict/words.js'

/** The bucket that the 99th percentile lies in: more is not known of a histogram. */
export const tailOf = ({p99Ms}: EdgeEffect): string => {
  if (!p99Ms) return '–'
  return p99Ms.high === undefined
    ? `above ${elapsed(p99Ms.low)}`
    : `${elapsed(p99Ms.low)}–${elapsed(p99Ms.high)}`
}
