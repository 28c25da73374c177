/** Solves a small system of linear equations by elimination with the largest pivot; undefined where it has no one solution. */
export const solve = (matrix: number[][], right: number[]): number[] | undefined => {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0])
  const size = rows.length
  for (let at = 0; at < size; at++) {
    const best = rows
      .slice(at)
      .reduce(
        (most, row, below) => (Math.abs(row[at] ?? 0) > Math.abs(rows[most]?.[at] ?? 0) ? at + below : most),
        at,
      )
    const pivotRow = rows[best]
    const own = rows[at]
    if (!pivotRow || !own || Math.abs(pivotRow[at] ?? 0) < 1e-14) return undefined
    rows[at] = pivotRow
    if (best !== at) rows[best] = own
    for (const [other, row] of rows.entries()) {
      if (other === at) continue
      const factor = (row[at] ?? 0) / (pivotRow[at] ?? 1)
      for (let column = at; column <= size; column++)
        row[column] = (row[column] ?? 0) - factor * (pivotRow[column] ?? 0)
    }
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1))
}
