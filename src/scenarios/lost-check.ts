import {type Check, entries, error, field, text} from './findings.js'
import {orKnown} from './suggest.js'

/** A guard that follows an objective must name one, and one that is counted while the run goes on. */
export const lostIsCounted: Check = (file) => {
  const objectives = entries(file['objectives']).map(([, objective]) => objective)
  const counted = objectives
    .filter((one) => ['good', 'bad', 'latency'].some((key) => field(one, key) !== undefined))
    .flatMap((one) => text(field(one, 'name')) ?? [])
  const all = objectives.flatMap((one) => text(field(one, 'name')) ?? text(field(one, 'alert')) ?? [])
  return entries(file['guards']).flatMap(([index, guard]) => {
    const lost = text(field(guard, 'lost'))
    if (lost === undefined || counted.includes(lost)) return []
    const message = all.includes(lost)
      ? `"${lost}" cannot be lost while it runs: only good, bad and latency objectives are counted as they go; use stop-when`
      : `there is no good, bad or latency objective "${lost}"${orKnown(lost, counted)}`
    return [error(['guards', index, 'lost'], message)]
  })
}
