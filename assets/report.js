// Draws the plots of a report in the browser. Everything it shows is in the page; it asks nobody for anything.
;(() => {
  /** What is drawn; a page that is watched while a run goes on replaces its parts. */
  const drawn = JSON.parse(document.getElementById('course').textContent)

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  /** A colour variable as the theme resolves it: `light-dark()` is no colour that a canvas knows. */
  const color = (name) => {
    const probe = document.createElement('i')
    probe.style.color = `var(${name})`
    document.body.append(probe)
    const value = getComputedStyle(probe).color
    probe.remove()
    return value || css(name)
  }
  // Okabe and Ito's palette: told apart by most who see colours differently.
  const hues = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#a6761d', '#7f7f7f']
  const hueOf = {
    answered: '#009e73',
    offered: '#7f7f7f',
    '2xx': '#009e73',
    '3xx': '#56b4e9',
    '4xx': '#e69f00',
    '5xx': '#d55e00',
    skipped: '#7f7f7f',
  }
  const bandInk = {
    baseline: '#7f7f7f12',
    fault: '#d55e0018',
    recovery: '#0072b214',
    dip: '#e69f0018',
    restored: '#009e7318',
  }

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
  const offset = (seconds) => `${seconds < 0 ? '−' : '+'}${Math.abs(Math.round(seconds * 10) / 10)}s`
  /** Milliseconds beyond a second are seconds. */
  const withUnit = (value, unit) =>
    unit === 'ms' && value >= 1000
      ? `${Number((value / 1000).toPrecision(4))}s`
      : `${Number(value.toPrecision(4))}${unit}`
  const shown = (unit) => (_, value) => (value == null ? '–' : withUnit(value, unit))

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
          {label: 'time', value: (_, value) => (value == null ? '–' : offset(value))},
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
    drawHeat()
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
    drawHeat()
  }

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

  /** The numbers behind the plots, made when somebody asks for them. */
  const table = document.getElementById('course-table')
  table?.addEventListener('toggle', () => {
    if (!table.open || table.querySelector('table')) return
    const {course} = drawn
    const columns = {
      time: course.t,
      offered: course.offered,
      answered: course.answered,
      ...course.outcomes,
      'p50 ms': course.p50,
      'p90 ms': course.p90,
      'p99 ms': course.p99,
      'max ms': course.max,
    }
    const made = document.createElement('table')
    const row = (cells, tag) => {
      const line = made.insertRow()
      for (const cell of cells) {
        const one = document.createElement(tag)
        one.className = 'n'
        one.textContent = cell == null ? '–' : String(cell)
        line.append(one)
      }
    }
    row(Object.keys(columns), 'th')
    for (const index of course.t.keys())
      row(
        Object.values(columns).map((values) => values[index]),
        'td',
      )
    const wide = document.createElement('div')
    wide.className = 'wide'
    wide.append(made)
    table.append(wide)
  })

  document.getElementById('theme')?.addEventListener('click', () => {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches
    document.documentElement.dataset.theme = dark ? 'light' : 'dark'
    drawAll()
  })
  let resize
  addEventListener('resize', () => {
    clearTimeout(resize)
    resize = setTimeout(drawAll, 120)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  document.addEventListener('course', ({detail}) => {
    Object.assign(drawn, detail)
    refresh()
  })
  drawAll()
})()
