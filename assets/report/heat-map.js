// Draws how many answers took how long, over time.
;(() => {
  const {drawn, color, offset, withUnit} = page

  const drawHeat = () => {
    const canvas = document.getElementById('plot-heat')
    if (!canvas) return
    const {course} = drawn
    const {counts, boundsMs, columnSeconds} = course.heat
    const used = boundsMs.map((_, row) => counts.some((rows) => rows[row] > 0))
    const [low, high] = [
      Math.max(0, used.indexOf(true) - 1),
      Math.min(boundsMs.length - 1, used.lastIndexOf(true) + 1),
    ]
    const ratio = devicePixelRatio || 1
    const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio]
    Object.assign(canvas, {width, height})
    const ctx = canvas.getContext('2d')
    const [left, bottom] = [64 * ratio, 18 * ratio]
    const most = Math.max(1, ...counts.flat())
    const [cellWidth, cellHeight] = [
      (width - left) / Math.max(1, counts.length),
      (height - bottom) / Math.max(1, high - low + 1),
    ]
    for (const [column, rows] of counts.entries()) {
      for (let row = low; row <= high; row++) {
        if (!rows[row]) continue
        // Roots: one slow answer among thousands must be seen.
        ctx.globalAlpha = 0.15 + 0.85 * Math.sqrt(rows[row] / most)
        ctx.fillStyle = '#d55e00'
        ctx.fillRect(
          left + column * cellWidth,
          (high - row) * cellHeight,
          Math.ceil(cellWidth),
          Math.ceil(cellHeight),
        )
      }
    }
    ctx.globalAlpha = 1
    ctx.fillStyle = color('--ink')
    ctx.font = `${11 * ratio}px system-ui, sans-serif`
    for (let row = low; row <= high; row += 5)
      ctx.fillText(withUnit(boundsMs[row], 'ms'), 4, (high - row) * cellHeight + 10 * ratio)
    for (let column = 0; column < counts.length; column += Math.ceil(counts.length / 8)) {
      ctx.fillText(
        offset((course.t[0] ?? 0) + column * columnSeconds),
        left + column * cellWidth,
        height - 4 * ratio,
      )
    }
  }

  Object.assign(page, {drawHeat})
})()
