import {absentFunctions} from './absent.js'
import {conversionFunctions} from './conversions.js'
import {dateFunctions} from './dates.js'
import type {Functions} from './function.js'
import {histogramFunctions} from './histogram.js'
import {labelFunctions} from './labels.js'
import {mathFunctions} from './math.js'
import {overTimeFunctions} from './over-time.js'
import {rateFunctions} from './rate.js'
import {regressionFunctions} from './regression.js'
import {trigonometryFunctions} from './trigonometry.js'

/** Every function, by the name it has in an expression. */
export const functions: Functions = {
  ...rateFunctions,
  ...overTimeFunctions,
  ...regressionFunctions,
  ...histogramFunctions,
  ...mathFunctions,
  ...trigonometryFunctions,
  ...dateFunctions,
  ...labelFunctions,
  ...absentFunctions,
  ...conversionFunctions,
}

const native = 'native histograms are not supported'
const experimental = 'it is experimental in Prometheus'

/** Functions that Prometheus has and we do not, and why: better no answer than a wrong one. */
export const unsupportedFunctions: Record<string, string> = {
  histogram_avg: native,
  histogram_count: native,
  histogram_sum: native,
  histogram_stddev: native,
  histogram_stdvar: native,
  double_exponential_smoothing: experimental,
  end: experimental,
  first_over_time: experimental,
  holt_winters: 'Prometheus 3 has it as double_exponential_smoothing only, which is experimental',
  histogram_quantiles: experimental,
  info: experimental,
  integral: experimental,
  mad_over_time: experimental,
  max_of: experimental,
  min_of: experimental,
  range: experimental,
  sort_by_label: experimental,
  sort_by_label_desc: experimental,
  start: experimental,
  start_timestamp: experimental,
  step: experimental,
  ts_of_first_over_time: experimental,
  ts_of_last_over_time: experimental,
  ts_of_max_over_time: experimental,
  ts_of_min_over_time: experimental,
}
