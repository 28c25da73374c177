/** An answer of the HTTP API, as far as answers are compared. */
interface Body {
  status: string
  error?: string
  warnings?: string[]
  infos?: string[]
  data?: {resultType: string; result: unknown}
}

interface Points {
  metric: Record<string, string>
  points: [time: number, value: string][]
}

const keyOf = (metric: Record<string, string>): string =>
  JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)))

const seriesOf = (result: unknown): Points[] =>
  (Array.isArray(result) ? result : []).map(({metric, value, values}) => ({
    metric,
    points: values ?? [value],
  }))

/** Equal but for a relative difference of `tolerance`; NaN equals NaN, and zero is no number near to it. */
const sameNumber = (left: string, right: string, tolerance: number): boolean => {
  if (left === right) return true
  const [a, b] = [Number(left), Number(right)]
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b))
}

const pointsDiffer = (own: Points, real: Points, tolerance: number): string | undefined => {
  const times = (points: Points['points']): string => points.map(([time]) => time).join(' ')
  if (times(own.points) !== times(real.points)) {
    return `${keyOf(real.metric)}: points at ${times(own.points)} instead of ${times(real.points)}`
  }
  const at = own.points.findIndex(
    ([, value], index) => !sameNumber(value, real.points[index]?.[1] ?? '', tolerance),
  )
  const [time, value] = own.points[at] ?? []
  return time === undefined
    ? undefined
    : `${keyOf(real.metric)} at ${time}: ${value} instead of ${real.points[at]?.[1]}`
}

const resultsDiffer = (own: unknown, real: unknown, tolerance: number): string | undefined => {
  const ours = new Map(seriesOf(own).map((one) => [keyOf(one.metric), one]))
  const theirs = new Map(seriesOf(real).map((one) => [keyOf(one.metric), one]))
  for (const [key, wanted] of theirs) {
    const found = ours.get(key)
    const difference = found ? pointsDiffer(found, wanted, tolerance) : `${key} is missing`
    if (difference !== undefined) return difference
  }
  const more = [...ours.keys()].find((key) => !theirs.has(key))
  return more === undefined ? undefined : `${more} should not be there`
}

/** Prometheus 3.5 forgets a histogram's name after the first step of a range, and notes it once more without. */
const isNameless = (note: string): boolean => note.includes('for metric name ""')

const notesOf = ({warnings = [], infos = []}: Body): string =>
  [...warnings, ...infos.filter((note) => !isNameless(note))].sort().join('\n')

/** The two series of a match that is not unique come in any order. */
const errorOf = ({error}: Body): string | undefined =>
  error?.replace(/\[(\{.*?\}), (\{.*?\})\]/, (_, one: string, other: string) => [one, other].sort().join(' '))

/**
 * The first difference between two answers of the HTTP API; undefined when there is none. Series come in any order;
 * values may differ by `tolerance` relative to their size. `notes: false` leaves warnings and infos out.
 */
export const difference = (
  own: string,
  real: string,
  {tolerance, notes = true}: {tolerance: number; notes?: boolean},
): string | undefined => {
  // What the two servers send is what is under test: a body of another shape differs, and is shown.
  const [ours, theirs] = [own, real].map((text): Body => JSON.parse(text))
  if (!ours || !theirs) return 'no answer'
  if (ours.status !== theirs.status || errorOf(ours) !== errorOf(theirs)) return `${own} instead of ${real}`
  if (notes && notesOf(ours) !== notesOf(theirs))
    return `noted ${notesOf(ours)} instead of ${notesOf(theirs)}`
  if (ours.data?.resultType !== theirs.data?.resultType) return `${own} instead of ${real}`
  const type = theirs.data?.resultType
  if (type === 'vector' || type === 'matrix')
    return resultsDiffer(ours.data?.result, theirs.data?.result, tolerance)
  const [[time, value] = [], [realTime, realValue] = []] = [ours, theirs].map(({data}) =>
    Array.isArray(data?.result) ? data.result.map(String) : [],
  )
  const isSame = time === realTime && sameNumber(value ?? '', realValue ?? '', tolerance)
  return isSame || theirs.status === 'error' ? undefined : `${own} instead of ${real}`
}
