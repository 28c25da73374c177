// Keys do on a plot what the pointer does: read it, zoom into it, move along it.
;(() => {
  const {plots, extent, eventAt, offset} = page

  const reading = document.getElementById('reading')
  /** The time that is read, seconds; one for all plots, as they have one pointer. */
  let time

  const show = (least, most) => {
    for (const {plot} of plots) plot.setScale('x', {min: least, max: most})
  }
  /** Keeps what is shown within what there is, and at least two seconds of it. */
  const showAround = (middle, length) => {
    const [first, last] = extent()
    const span = Math.min(last - first, Math.max(2, length))
    const least = Math.min(last - span, Math.max(first, middle - span / 2))
    show(least, least + span)
  }
  /** The column that has begun at a time. */
  const indexOf = ({data: [times]}, time) =>
    Math.max(
      0,
      times.findLastIndex((one) => one <= time),
    )

  const point = (plot) => {
    const at = indexOf(plot, time)
    for (const {plot: one} of plots) {
      const left = one.valToPos(one.data[0][indexOf(one, time)], 'x')
      one.setCursor({left, top: one.over.clientHeight / 2})
    }
    const values = plot.series.slice(1).flatMap(({show, label, value}, series) => {
      return show ? `${label} ${value(plot, plot.data[series + 1][at], series + 1, at)}` : []
    })
    if (reading) reading.textContent = `${offset(time)}${eventAt(plot, time)}: ${values.join(', ')}`
  }

  /** Goes on from what was read last, where that is in sight. */
  const read = (plot, step) => {
    const {min, max} = plot.scales.x
    const [times] = plot.data
    const inSight = time >= min && time <= max
    const first = times.findIndex((one) => one >= min)
    const next = inSight ? indexOf(plot, time) + step : first
    time = times[Math.min(indexOf(plot, max), Math.max(first, next))]
    point(plot)
  }

  const actions = (plot, {key, shiftKey}) => {
    const {min, max} = plot.scales.x
    const length = max - min
    const middle = time >= min && time <= max ? time : (min + max) / 2
    const step = key === 'ArrowLeft' ? -1 : 1
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight':
        return shiftKey ? showAround((min + max) / 2 + (step * length) / 4, length) : read(plot, step)
      case '+':
      case '=':
        return showAround(middle, length / 2)
      case '-':
        return showAround(middle, length * 2)
      case '0':
        return show(...extent())
      default:
        return false
    }
  }

  for (const place of document.querySelectorAll('.plot')) {
    place.addEventListener('keydown', (event) => {
      const plot = plots.find(({id}) => id === place.id)?.plot
      if (!plot || event.target !== place || event.ctrlKey || event.metaKey || event.altKey) return
      if (actions(plot, event) !== false) event.preventDefault()
    })
  }
})()
