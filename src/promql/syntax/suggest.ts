const distance = (left: string, right: string): number => {
  let previous = Array.from({length: right.length + 1}, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[right.length] ?? 0
}

/** The known name that is likely meant by a misspelt one: at most a third of its letters differ. */
export const closest = (name: string, known: Iterable<string>): string | undefined => {
  let best: {name: string; edits: number} | undefined
  for (const candidate of known) {
    const edits = distance(name.toLowerCase(), candidate)
    if (!best || edits < best.edits) best = {name: candidate, edits}
  }
  return best && best.edits <= Math.max(1, Math.floor(name.length / 3)) ? best.name : undefined
}
