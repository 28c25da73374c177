// Draws phases and faults behind the series of every plot, and events with their numbers over them.
;(() => {
  const {drawn, color} = page

  const bandInk = {
    baseline: '#7f7f7f12',
    fault: '#d55e0018',
    recovery: '#0072b214',
    dip: '#e69f0018',
    restored: '#009e7318',
  }
  /** Between the numbers of two events, px; what has no room is told by the pointer alone. */
  const nearest = 2

  const drawBands = ({ctx, bbox, valToPos}) => {
    for (const {kind, from, to} of drawn.bands) {
      const [left, right] = [from, to].map((x) => valToPos(x, 'x', true))
      ctx.fillStyle = bandInk[kind] ?? '#cc79a71a'
      ctx.fillRect(left, bbox.top, right - left, bbox.height)
      if (bandInk[kind]) continue
      // A fault in force has a bar of its own above: seen without colours, too.
      ctx.fillStyle = '#cc79a7'
      ctx.fillRect(left, bbox.top, right - left, 3 * devicePixelRatio)
    }
  }

  /** Over the grid and the heat map, which would hide them. */
  const drawMarks = ({ctx, bbox, valToPos}) => {
    const ratio = devicePixelRatio
    for (const {at, kind} of drawn.marks) {
      const x = Math.round(valToPos(at, 'x', true)) + 0.5
      if (x < bbox.left || x > bbox.left + bbox.width) continue
      ctx.strokeStyle = color(kind === 'trouble' ? '--fail' : '--dim')
      ctx.lineWidth = (kind === 'trouble' ? 2 : 1) * ratio
      ctx.setLineDash(kind === 'trouble' ? [] : [4 * ratio, 4 * ratio])
      ctx.beginPath()
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.stroke()
    }
  }

  /** The numbers of events, over the series: each on a patch of its own. */
  const drawNumbers = ({ctx, bbox, valToPos}) => {
    const ratio = devicePixelRatio
    const [paper, ink, fail] = ['--paper', '--ink', '--fail'].map(color)
    ctx.font = `${10 * ratio}px system-ui, sans-serif`
    ctx.textAlign = 'left'
    ctx.textBaseline = 'top'
    let free = Number.NEGATIVE_INFINITY
    for (const {at, kind, number} of drawn.marks) {
      const x = valToPos(at, 'x', true)
      if (x < bbox.left || x > bbox.left + bbox.width || x < free) continue
      const [text, top] = [String(number), bbox.top + 5 * ratio]
      const width = ctx.measureText(text).width + 4 * ratio
      ctx.fillStyle = paper
      ctx.fillRect(x + ratio, top - ratio, width, 12 * ratio)
      ctx.fillStyle = kind === 'trouble' ? fail : ink
      ctx.fillText(text, x + 3 * ratio, top)
      free = x + width + nearest * ratio
    }
  }

  /** Draws within the plot, and leaves its pen as it was. */
  const within =
    (...drawings) =>
    (plot) => {
      const {ctx, bbox} = plot
      ctx.save()
      ctx.beginPath()
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
      ctx.clip()
      for (const one of drawings) one(plot)
      ctx.restore()
    }
  const backdrop = {hooks: {drawClear: within(drawBands), draw: within(drawMarks, drawNumbers)}}

  /** The event that is at a time: within a hundredth of what is shown. */
  const eventAt = ({scales: {x}}, at) => {
    const reach = (x.max - x.min) / 100
    const far = (mark) => Math.abs(mark.at - at)
    const [nearby] = drawn.marks.filter((mark) => far(mark) <= reach).sort((a, b) => far(a) - far(b))
    if (!nearby) return ''
    const text = nearby.text.length > 60 ? `${nearby.text.slice(0, 59)}…` : nearby.text
    return ` · ${nearby.number}: ${text}`
  }

  Object.assign(page, {backdrop, eventAt})
})()
