/** Levenshtein distance, with a swap of neighbours as one edit (optimal string alignment). */
const distance = (a: string, b: string): number => {
  const rows = [Array.from({length: b.length + 1}, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    rows.push([i])
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost)
      rows[i]?.push(swapped ? Math.min(best, at(i - 2, j - 2) + 1) : best)
    }
  }
  return at(a.length, b.length)
}

/** The candidate that the word is most likely a slip of, if any is near enough. */
export const closest = (word: string, candidates: readonly string[]): string | undefined => {
  const allowed = Math.max(1, Math.floor(word.length / 3))
  const [best] = candidates
    .map((candidate) => ({candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase())}))
    .filter(({edits}) => edits <= allowed)
    .sort((a, b) => a.edits - b.edits)
  return best?.candidate
}

/** `: did you mean "objectives"?`, or else the list of what there is. */
export const orKnown = (word: string, candidates: readonly string[]): string => {
  const near = closest(word, candidates)
  if (near !== undefined) return `: did you mean "${near}"?`
  return candidates.length > 0 ? ` (known: ${candidates.join(', ')})` : ''
}
