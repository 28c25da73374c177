/** How numbers are shown, in Grafana's own names of units. */
export type Unit = 'reqps' | 's' | 'percentunit' | 'short' | 'ops'

/** One query of a panel, and how its series are called. */
export interface Query {
  expr: string
  legend: string
}

/** What is drawn; where it stands follows from its place in the list. */
export interface Panel {
  title: string
  /** One sentence for whoever looks at it for the first time. */
  description: string
  type: 'timeseries' | 'stat' | 'state-timeline' | 'table'
  unit: Unit
  queries: readonly Query[]
  /** The name for each number, where numbers stand for something. */
  mappings?: Readonly<Record<number, {text: string; color: string}>>
}

export const datasource = {type: 'prometheus', uid: '$datasource'} as const

const columns = 24
const height = 8
const perRow = 3

const letter = (index: number): string => String.fromCharCode(65 + index)

const mappingsOf = (mappings: Panel['mappings'] = {}): object[] =>
  Object.keys(mappings).length === 0 ? [] : [{type: 'value', options: mappings}]

/** A panel as Grafana keeps it. */
const panelJson = (
  {title, description, type, unit, queries, mappings}: Panel,
  id: number,
  at: number,
  y: number,
) => ({
  id,
  title,
  description,
  type,
  datasource,
  gridPos: {
    x: (at % perRow) * (columns / perRow),
    y: y + Math.floor(at / perRow) * height,
    w: columns / perRow,
    h: height,
  },
  targets: queries.map(({expr, legend}, index) => ({
    refId: letter(index),
    datasource,
    expr,
    legendFormat: legend,
    ...(type === 'table' || type === 'stat' ? {instant: true, format: 'table'} : {range: true}),
  })),
  fieldConfig: {defaults: {unit, mappings: mappingsOf(mappings)}, overrides: []},
  options:
    type === 'timeseries'
      ? {legend: {displayMode: 'list', placement: 'bottom'}, tooltip: {mode: 'multi'}}
      : {},
})

/** A row of the dashboard: a heading, and its panels three abreast. */
export interface Row {
  title: string
  panels: readonly Panel[]
}

/** All rows one below the other, with ids that are theirs alone. */
export const rowsJson = (rows: readonly Row[]): object[] => {
  let [id, y] = [0, 0]
  return rows.flatMap(({title, panels}) => {
    const heading = {
      id: ++id,
      type: 'row',
      title,
      collapsed: false,
      gridPos: {x: 0, y, w: columns, h: 1},
      panels: [],
    }
    const top = y + 1
    y = top + Math.ceil(panels.length / perRow) * height
    return [heading, ...panels.map((panel, at) => panelJson(panel, ++id, at, top))]
  })
}
