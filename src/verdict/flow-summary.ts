import type {LoadSecond} from './seconds.js'

/** What became of the flows of one name. */
export interface FlowRow {
  flow: string
  started: number
  completed: number
  /** By the step that ended them and why, the most first. */
  broken: {step: string; reason: string; count: number}[]
}

/** What became of flows in these seconds; nothing where there were none. Those begun before and ended within count as ended. */
export const flowsOf = (seconds: readonly LoadSecond[]): FlowRow[] => {
  const rows = new Map<string, FlowRow>()
  for (const [flow, part] of seconds.flatMap(({flows = {}}) => Object.entries(flows))) {
    const row = rows.get(flow) ?? {flow, started: 0, completed: 0, broken: []}
    rows.set(flow, row)
    row.started += part.started
    row.completed += part.completed
    for (const [step, reasons] of Object.entries(part.broken))
      for (const [reason, count = 0] of Object.entries(reasons)) {
        const known = row.broken.find((one) => one.step === step && one.reason === reason)
        if (known) known.count += count
        else row.broken.push({step, reason, count})
      }
  }
  for (const {broken} of rows.values()) broken.sort((a, b) => b.count - a.count)
  return [...rows.values()]
}

/** Answers with a status that their request does not expect, by its name; only names that have some. */
export const unexpectedOf = (seconds: readonly LoadSecond[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const [name, {unexpected = 0}] of seconds.flatMap(({requests}) => Object.entries(requests)))
    if (unexpected > 0) counts[name] = (counts[name] ?? 0) + unexpected
  return counts
}
