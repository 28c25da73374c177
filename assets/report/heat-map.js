// Draws how many answers took how long, over time, as one of the plots.
;(() => {
  const {drawn, withUnit} = page

  /** Rows that any answer is in, with one to spare on both sides: of nothing, all. */
  const usedRows = () => {
    const {counts, boundsMs} = drawn.course.heat
    const used = boundsMs.map((_, row) => counts.some((rows) => rows[row] > 0))
    if (!used.includes(true)) return [0, Math.max(0, boundsMs.length - 1)]
    return [Math.max(0, used.indexOf(true) - 1), Math.min(boundsMs.length - 1, used.lastIndexOf(true) + 1)]
  }
  /** Each row reaches from the bound below to its own, a tenth of a factor of ten apart. */
  const lowerBound = (row) => drawn.course.heat.boundsMs[row] / 10 ** 0.1

  const heatRange = () => {
    const {boundsMs} = drawn.course.heat
    if (boundsMs.length === 0) return [1, 1000]
    const [low, high] = usedRows()
    return [lowerBound(low), boundsMs[high]]
  }

  /** 1, 2 and 5 times a power of ten: its rows begin anywhere between. */
  const isRound = (value) => /^[125](\.?0*)?e/.test(value.toExponential(6))

  /** In place of a line: a cell for each row of each column, the darker the more answers. */
  const drawCells = (plot) => {
    if (!plot.series[1].show) return
    const {ctx, bbox} = plot
    const {counts, boundsMs, columnSeconds} = drawn.course.heat
    const most = counts.reduce((all, rows) => Math.max(all, ...rows), 1)
    const [low, high] = usedRows()
    const edges = []
    for (let row = low; row <= high; row++)
      edges[row] = [plot.valToPos(boundsMs[row], 'y', true), plot.valToPos(lowerBound(row), 'y', true)]
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    ctx.fillStyle = '#d55e00'
    for (const [column, rows] of counts.entries()) {
      const from = plot.data[0][column]
      const left = Math.round(plot.valToPos(from, 'x', true))
      const right = Math.round(plot.valToPos(from + columnSeconds, 'x', true))
      if (right < bbox.left || left > bbox.left + bbox.width) continue
      for (let row = low; row <= high; row++) {
        if (!rows[row]) continue
        // Roots: one slow answer among thousands must be seen.
        ctx.globalAlpha = 0.15 + 0.85 * Math.sqrt(rows[row] / most)
        const [top, bottom] = edges[row].map(Math.round)
        ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top))
      }
    }
    ctx.restore()
  }

  /** A column in words: `90, most of them (33) in 6.31–7.94ms, slowest within 1s`. */
  const columnInWords = (column) => {
    const {counts, boundsMs} = drawn.course.heat
    const rows = counts[column] ?? []
    const total = rows.reduce((sum, count) => sum + count, 0)
    if (total === 0) return '0'
    const most = Math.max(...rows)
    const row = rows.indexOf(most)
    const slowest = rows.findLastIndex((count) => count > 0)
    const range = `${withUnit(Number(lowerBound(row).toPrecision(3)), '')}–${withUnit(boundsMs[row], 'ms')}`
    return `${total}, most of them (${most}) in ${range}, slowest within ${withUnit(boundsMs[slowest], 'ms')}`
  }

  Object.assign(page, {heatRange, isRound, drawCells, columnInWords, usedRows})
})()
