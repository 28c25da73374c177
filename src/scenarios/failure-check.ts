import {type Check, entries, field, text, warning} from './findings.js'

/** Labels by which metrics tell failures from answers. */
const tellsFailures = /\b(code|status\w*|outcome|result|error\w*)\b/i

/**
 * A histogram counts failures as well, and who fails does so quickly: where nothing but latency is judged, a system that
 * turns everything away meets every objective.
 */
export const failuresAreJudged: Check = (file) => {
  const objectives = entries(file['objectives'])
  const latencies = objectives.flatMap(([index, objective]) => {
    const selector = text(field(objective, 'latency'))
    return selector === undefined ? [] : [{index, selector}]
  })
  const others = objectives.filter(
    ([, objective]) =>
      text(field(objective, 'latency')) === undefined && field(objective, 'recovers') === undefined,
  )
  const [first] = latencies
  if (!first || others.length > 0 || latencies.some(({selector}) => tellsFailures.test(selector))) return []
  return [
    warning(
      ['objectives', first.index, 'latency'],
      'nothing here judges failures: quick errors count as answered in time; add an objective with "good" or "bad", or a label like code!~"5.." here',
    ),
  ]
}
