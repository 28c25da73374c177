// Draws the plots over time, all on one axis: zoom and hover go in step.
;(() => {
  const {drawn, color, hues, hueOf, bandInk, offset, withUnit, shown} = page

  /** Shades phases and faults, and draws a line for each event, behind the series. */
  const backdrop = {
    hooks: {
      drawClear: (plot) => {
        const {ctx, bbox} = plot
        ctx.save()
        ctx.beginPath()
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
        ctx.clip()
        for (const {kind, from, to} of drawn.bands) {
          const [left, right] = [from, to].map((x) => plot.valToPos(x, 'x', true))
          ctx.fillStyle = bandInk[kind] ?? '#cc79a71a'
          ctx.fillRect(left, bbox.top, right - left, bbox.height)
        }
        ctx.setLineDash([4, 4])
        ctx.strokeStyle = color('--dim')
        for (const {at} of drawn.marks) {
          const x = Math.round(plot.valToPos(at, 'x', true)) + 0.5
          ctx.beginPath()
          ctx.moveTo(x, bbox.top)
          ctx.lineTo(x, bbox.top + bbox.height)
          ctx.stroke()
        }
        ctx.restore()
      },
    },
  }

  const sync = uPlot.sync('run')
  const plots = []

  /** The event that the pointer is at: within a hundredth of what is shown. */
  const eventAt = ({scales: {x}}, at) => {
    const reach = (x.max - x.min) / 100
    const far = (mark) => Math.abs(mark.at - at)
    const [nearest] = drawn.marks.filter((mark) => far(mark) <= reach).sort((a, b) => far(a) - far(b))
    if (!nearest) return ''
    return ` · ${nearest.text.length > 60 ? `${nearest.text.slice(0, 59)}…` : nearest.text}`
  }

  const draw = (id, {unit, series, log = false}) => {
    const place = document.getElementById(id)
    if (!place) return
    const ink = color('--ink')
    const grid = {stroke: color('--line'), width: 1}
    const axis = {stroke: ink, grid, ticks: grid}
    const plot = new uPlot(
      {
        width: place.clientWidth,
        height: 190,
        cursor: {sync: {key: sync.key}},
        scales: {
          x: {time: false},
          y: log ? {distr: 3} : {range: (_, _least, most) => [0, (most || 1) * 1.06]},
        },
        axes: [
          {...axis, values: (_, ticks) => ticks.map(offset)},
          {
            ...axis,
            size: 64,
            values: (_, ticks) => ticks.map((tick) => (tick == null ? '' : withUnit(tick, unit))),
          },
        ],
        series: [
          {label: 'time', value: (plot, at) => (at == null ? '–' : offset(at) + eventAt(plot, at))},
          ...series.map(({label, values: _, ...rest}) => ({
            label,
            width: 1.6,
            points: {show: false},
            value: shown(unit),
            ...rest,
          })),
        ],
        plugins: [backdrop],
      },
      [drawn.course.t, ...series.map(({values}) => values)],
      place,
    )
    plots.push({id, plot})
  }

  const positive = (values) => values.map((value) => (value == null || value <= 0 ? null : value))
  /** What each plot shows, of the course as it is now. */
  const charts = ({offered, answered, outcomes, ...latencies}) => ({
    'plot-rate': {
      unit: '/s',
      series: [
        {label: 'offered', values: offered, stroke: hueOf.offered, dash: [6, 4]},
        {label: 'answered', values: answered, stroke: hueOf.answered},
      ],
    },
    'plot-outcomes': {
      unit: '/s',
      series: Object.entries(outcomes).map(([label, values], at) => ({
        label,
        values,
        stroke: hueOf[label] ?? hues[at % hues.length],
      })),
    },
    'plot-latency': {
      unit: 'ms',
      log: true,
      series: ['p50', 'p90', 'p99', 'max'].map((label, at) => ({
        label,
        values: positive(latencies[label]),
        stroke: ['#0072b2', '#e69f00', '#d55e00', '#7f7f7f'][at],
        ...(label === 'max' ? {dash: [3, 3]} : {}),
      })),
    },
  })
  const drawAll = () => {
    for (const {plot} of plots.splice(0)) plot.destroy()
    if (drawn.course.t.length === 0) return
    for (const [id, chart] of Object.entries(charts(drawn.course))) draw(id, chart)
    page.drawHeat()
  }

  /** Who looks at a part of the run goes on looking at it. */
  const isZoomed = ({scales, data: [times]}) => scales.x.min > times[0] || scales.x.max < times.at(-1)

  /** Shows newer numbers in the plots that are there; a new kind of outcome needs new plots. */
  const refresh = () => {
    const now = charts(drawn.course)
    const same = plots.every(({id, plot}) => plot.series.length === now[id].series.length + 1)
    if (plots.length === 0 || !same) return drawAll()
    for (const {id, plot} of plots) {
      const zoomed = isZoomed(plot)
      plot.setData([drawn.course.t, ...now[id].series.map(({values}) => values)], !zoomed)
      if (zoomed) plot.redraw()
    }
    page.drawHeat()
  }

  Object.assign(page, {drawAll, refresh})
})()
