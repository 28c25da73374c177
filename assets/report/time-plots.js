// Draws the plots over time, all on one axis: zoom and hover go in step.
;(() => {
  const {drawn, charts, color, offset, withUnit, shown, backdrop, eventAt} = page

  const sync = uPlot.sync('run')
  const plots = []
  /** Set while the page is made for paper, px. */
  const paper = {width: 0}

  /** All that there is to see, seconds: the last second lasts one, too. */
  const extent = () => {
    const {t} = drawn.course
    return [t[0] ?? 0, (t.at(-1) ?? 0) + 1]
  }
  /** Who sees all of a plot's times sees all of the run: plots with other times keep to the same axis. */
  const xRange = ({data: [times]}, least, most) =>
    least == null || (least <= times[0] && most >= times.at(-1)) ? extent() : [least, most]

  const yScale = ({isLog, isHeat}) => {
    if (isHeat) return {distr: 3, range: page.heatRange}
    return isLog ? {distr: 3} : {range: (_, _least, most) => [0, (most || 1) * 1.06]}
  }

  /** Names in the legend are buttons: they hide a series and show it again. */
  const openLegend = ({root, series}) => {
    for (const [at, label] of [...root.querySelectorAll('.u-series .u-label')].entries()) {
      if (at === 0) continue
      const told = () => label.setAttribute('aria-pressed', String(series[at].show))
      label.setAttribute('role', 'button')
      Object.assign(label, {tabIndex: 0, title: 'Hide or show'})
      told()
      label.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        event.stopPropagation()
        label.click()
      })
      label.parentElement.addEventListener('click', () => queueMicrotask(told))
    }
  }

  const seriesOf = ({unit, isHeat, series}) =>
    series.map(({label, values: _, ...rest}) => ({
      label,
      width: 1.6,
      points: {show: false},
      value: isHeat
        ? (_, _value, _series, column) => (column == null ? '–' : page.columnInWords(column))
        : shown(unit),
      ...(isHeat ? {paths: () => null} : {}),
      ...rest,
    }))

  const onlyTens = (value) => (/^1(\.0*)?e/.test(value?.toExponential(6)) ? value : null)

  const draw = (id, chart) => {
    const place = document.getElementById(id)
    if (!place) return
    const grid = {stroke: color('--line'), width: 1}
    const axis = {stroke: color('--ink'), grid, ticks: grid}
    const isLog = chart.isLog || chart.isHeat
    // Nine lines to each factor of ten would hide the series.
    const tens = isLog ? {...grid, filter: (_, splits) => splits.map(onlyTens)} : grid
    const told = (tick) => tick != null && (!chart.isHeat || page.isRound(tick))
    const values = (_, ticks) => ticks.map((tick) => (told(tick) ? withUnit(tick, chart.unit) : ''))
    const plot = new uPlot(
      {
        width: paper.width || place.clientWidth,
        height: 190,
        cursor: {sync: {key: sync.key}, ...(chart.isHeat ? {points: {show: false}} : {})},
        scales: {x: {time: false, range: xRange}, y: yScale(chart)},
        axes: [
          {...axis, values: (_, ticks) => ticks.map(offset)},
          {...axis, grid: tens, ticks: tens, size: 64, values},
        ],
        series: [
          {label: 'time', value: (plot, at) => (at == null ? '–' : offset(at) + eventAt(plot, at))},
          ...seriesOf(chart),
        ],
        plugins: [...(chart.isHeat ? [{hooks: {draw: page.drawCells}}] : []), backdrop],
      },
      [chart.t, ...chart.series.map(({values}) => values)],
      place,
    )
    openLegend(plot)
    plots.push({id, plot})
  }

  const drawAll = () => {
    for (const {plot} of plots.splice(0)) plot.destroy()
    if (drawn.course.t.length === 0) return
    for (const [id, chart] of Object.entries(charts())) draw(id, chart)
  }

  /** Who looks at a part of the run goes on looking at it. */
  const isZoomed = ({scales: {x}, data: [times]}) => x.min > times[0] || x.max < times.at(-1)

  /** Shows newer numbers in the plots that are there; a new kind of outcome needs new plots. */
  const refresh = () => {
    const now = charts()
    const same = plots.every(({id, plot}) => plot.series.length === now[id].series.length + 1)
    if (plots.length === 0 || !same || drawn.course.t.length === 0) return drawAll()
    for (const {id, plot} of plots) {
      const zoomed = isZoomed(plot)
      plot.setData([now[id].t, ...now[id].series.map(({values}) => values)], !zoomed)
      if (zoomed) plot.redraw()
    }
  }

  Object.assign(page, {plots, paper, extent, drawAll, refresh})
})()
