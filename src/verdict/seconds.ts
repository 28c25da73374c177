import type {RunRecord} from '../run/record.js'
import type {Window} from './windows.js'

/** What the load engine wrote down in one second. */
export type LoadSecond = RunRecord['load'][number]

/** One second of one request name. */
export type RequestSecond = LoadSecond['requests'][string]

/** The seconds that start in a window; a second belongs to one phase only. */
export const secondsIn = (load: readonly LoadSecond[], {startMs, endMs}: Window): LoadSecond[] =>
  load.filter((second) => second.startMs >= startMs && second.startMs < endMs)
