// The plots' numbers as a table.
;(() => {
  const {drawn} = page

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
})()
