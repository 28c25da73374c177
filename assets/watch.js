// Keeps a page up to date while a run goes on: everything comes from the server that the page came from.
;(() => {
  const course = {t: [], offered: [], answered: [], outcomes: {}, p50: [], p90: [], p99: [], max: []}
  const heat = {columnSeconds: 1, boundsMs: [], counts: []}
  const tell = (detail) => document.dispatchEvent(new CustomEvent('course', {detail}))
  const connection = document.getElementById('connection')

  const forget = () => {
    for (const name of Object.keys(course)) course[name] = name === 'outcomes' ? {} : []
    heat.counts = []
  }

  /** Adds seconds; an outcome that was not seen before was not there before. */
  const append = (rows) => {
    const before = course.t.length
    const {outcomes, heat: newer, ...columns} = rows
    for (const [name, values] of Object.entries(columns)) course[name].push(...values)
    for (const kind of new Set([...Object.keys(course.outcomes), ...Object.keys(outcomes)])) {
      course.outcomes[kind] ??= new Array(before).fill(0)
      course.outcomes[kind].push(...(outcomes[kind] ?? rows.t.map(() => 0)))
    }
    heat.boundsMs = newer.boundsMs
    heat.counts.push(...newer.counts)
  }

  const source = new EventSource('events')
  const on = (name, handle) => source.addEventListener(name, ({data}) => handle(JSON.parse(data)))
  source.addEventListener('open', () => {
    connection.textContent = ''
  })
  source.addEventListener('error', () => {
    const over = document.getElementById('verdict').textContent !== ''
    connection.textContent = over
      ? 'The run is over, and so is this page: the report beside its record has everything.'
      : 'No connection to the run: it is over, or its machine is out of reach. This is how it stood last.'
  })
  on('reset', ({title}) => {
    forget()
    document.title = title
    tell({course: {...course, heat}, bands: [], marks: []})
  })
  on('rows', (rows) => {
    append(rows)
    tell({course: {...course, heat}})
  })
  on('marks', (detail) => tell(detail))
  on('part', ({id, html}) => {
    const part = document.getElementById(id)
    if (part) part.innerHTML = html
  })
})()
