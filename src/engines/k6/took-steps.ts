/** Neighbouring steps differ by this much: a time is told with an error of 2.5 % at the most. */
const factor = 1.05
/** Nothing is told finer. */
const leastMs = 0.01

/** The step that a time belongs to, as the value of a label: the middle of the step in milliseconds. */
export const stepOf = (ms: number): string => {
  const step = Math.round(Math.log(Math.max(leastMs, ms)) / Math.log(factor))
  return String(Number((factor ** step).toPrecision(3)))
}
