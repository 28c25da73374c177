// What each plot shows, of the course as it is now.
;(() => {
  const {drawn, hues, dashes, hueOf} = page

  const positive = (values) => values.map((value) => (value == null || value <= 0 ? null : value))

  /** Times at which the columns of the heat map begin. */
  const columnTimes = ({t, heat: {counts, columnSeconds}}) =>
    counts.map((_, column) => (t[0] ?? 0) + column * columnSeconds)

  /** By id of their place: unit, times, and series with their values. */
  const charts = () => {
    const {course} = drawn
    const {t, offered, answered, outcomes, heat, ...latencies} = course
    return {
      'plot-rate': {
        unit: '/s',
        t,
        series: [
          {label: 'offered', values: offered, stroke: hueOf.offered, dash: [6, 4]},
          {label: 'answered', values: answered, stroke: hueOf.answered},
        ],
      },
      'plot-outcomes': {
        unit: '/s',
        t,
        series: Object.entries(outcomes).map(([label, values], at) => ({
          label,
          values,
          stroke: hueOf[label] ?? hues[at % hues.length],
          dash: dashes[at % dashes.length],
        })),
      },
      'plot-latency': {
        unit: 'ms',
        t,
        isLog: true,
        series: ['p50', 'p90', 'p99', 'max'].map((label, at) => ({
          label,
          values: positive(latencies[label]),
          stroke: ['#0072b2', '#e69f00', '#d55e00', '#7f7f7f'][at],
          dash: dashes[[0, 1, 0, 2][at]],
        })),
      },
      'plot-heat': {
        unit: 'ms',
        t: columnTimes(course),
        isHeat: true,
        series: [
          {
            label: 'answers',
            values: heat.counts.map((rows) => rows.reduce((sum, count) => sum + count, 0)),
            stroke: '#d55e00',
          },
        ],
      },
    }
  }

  Object.assign(page, {charts})
})()
