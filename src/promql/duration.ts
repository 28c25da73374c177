const units = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** 90000 → `1m30s`, 1500 → `1s500ms`: whole milliseconds as PromQL reads a duration, which has no fractions. */
export const durationText = (lengthMs: number): string => {
  let rest = Math.round(lengthMs)
  let text = ''
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    // Prometheus uses the big ones only where nothing is left over.
    if (count === 0 || (size > 3_600_000 && rest % size !== 0)) continue
    text += `${count}${unit}`
    rest -= count * size
  }
  return text || '0s'
}
