// The numbers of each plot as a table, made when somebody asks for them.
;(() => {
  const {drawn, charts, offset, withUnit, usedRows} = page

  /** Every count of the heat map: a row for each stretch of time, a column for each range of latency. */
  const heatColumns = () => {
    const {counts, boundsMs, columnSeconds} = drawn.course.heat
    const [low, high] = usedRows()
    const rows = Array.from({length: high - low + 1}, (_, at) => low + at)
    return {
      [columnSeconds === 1 ? 'second' : `${columnSeconds} s from`]: charts()['plot-heat'].t,
      ...Object.fromEntries(
        rows.map((row) => [`≤ ${withUnit(boundsMs[row], 'ms')}`, counts.map((cells) => cells[row])]),
      ),
    }
  }
  const columnsOf = (id) => {
    if (id === 'plot-heat') return heatColumns()
    const {unit, t, series} = charts()[id]
    return {
      time: t,
      ...Object.fromEntries(series.map(({label, values}) => [`${label}, ${unit}`, values])),
    }
  }

  const cell = (tag, text, scope) => {
    const one = document.createElement(tag)
    one.className = 'n'
    one.textContent = text
    if (scope) one.scope = scope
    return one
  }
  const tableOf = (columns) => {
    const made = document.createElement('table')
    const names = Object.keys(columns)
    const [times, ...others] = Object.values(columns)
    made.createTHead().append(document.createElement('tr'))
    made.tHead.rows[0].append(...names.map((name) => cell('th', name, 'col')))
    const body = made.createTBody()
    for (const [index, time] of times.entries()) {
      const values = others.map((all) => cell('td', all[index] == null ? '–' : String(all[index])))
      body.insertRow().append(cell('th', offset(time), 'row'), ...values)
    }
    return made
  }

  for (const details of document.querySelectorAll('details.numbers')) {
    details.addEventListener('toggle', () => {
      details.querySelector('.wide')?.remove()
      if (!details.open) return
      const wide = document.createElement('div')
      wide.className = 'wide'
      wide.tabIndex = 0
      wide.append(tableOf(columnsOf(details.dataset.of)))
      details.append(wide)
    })
  }
})()
