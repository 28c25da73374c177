/** What every object that a run makes or changes in a cluster is labelled with. */
export const runLabelKey = 'shakedown/run'

/** A label's value has at most so many characters. */
const longestLabel = 63
/** A run's id ends with so many hexadecimal digits. */
const digits = 4

/** The id of a run as a label's value: itself; when it is too long, its name is cut and its time and digits stay. */
export const runLabel = (runId: string): string => {
  if (runId.length <= longestLabel) return runId
  const head = runId.slice(0, longestLabel - digits - 1).replace(/[^a-z0-9]+$/i, '')
  return `${head}-${runId.slice(-digits)}`
}
