import {systemTagsFor} from '../options.js'
import {thresholdOptions, thresholdsOf, trendStatsFor} from '../thresholds.js'

/*
 * Runs inside k6, beside a script of the user's whose options nobody could ask for before.
 */

/** The thresholds that a script's options ask for, and what k6's options must say for them. */
export const judgedBy = (own: unknown) => {
  const asked = thresholdsOf(own)
  return {
    asked,
    options: {
      thresholds: thresholdOptions(asked),
      summaryTrendStats: trendStatsFor(asked),
      systemTags: systemTagsFor(asked),
    },
  }
}
