import {formatRate} from '../scenarios/quantities.js'

/** A rate as people say it: three digits, four from a thousand on. */
export const rate = (perSecond: number): string =>
  formatRate(Number(perSecond.toPrecision(perSecond < 1000 ? 3 : 4)))
