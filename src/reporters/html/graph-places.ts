/** Where a service stands in the drawing of a call graph, in px. */
export interface Place {
  x: number
  y: number
  height: number
  /** Callers, from top to bottom: the arrow of each ends at a place of its own. */
  callers: string[]
  /** 0 for who is called by nobody. */
  column: number
}

export type Edge = readonly [from: string, to: string]

export const node = {width: 104, height: 40}
const columnWidth = 262
const gap = 22
/** An arrow has two lines of text at its end. */
const arrowRoom = 40

export const edgeOf = (edge: string): Edge => {
  const [from = '', to = ''] = edge.split('->')
  return [from, to]
}

/** Callers stand to the left of what they call: as far right as the longest way from a service that nobody calls. */
const columnsOf = (edges: readonly Edge[]): Map<string, number> => {
  const names = [...new Set(edges.flat())]
  const columns = new Map(names.map((name) => [name, 0]))
  // A cycle would push its members on for ever: nothing is further right than there are services.
  for (let round = 0; round < names.length; round++) {
    for (const [from, to] of edges) {
      const wanted = (columns.get(from) ?? 0) + 1
      if (wanted > (columns.get(to) ?? 0) && wanted < names.length) columns.set(to, wanted)
    }
  }
  return columns
}

/**
 * Places for all services, column by column. In a column they stand in the order of those who call them, so that few
 * arrows cross.
 */
export const placesOf = (edges: readonly Edge[]): Map<string, Place> => {
  const places = new Map<string, Place>()
  const columns = columnsOf(edges)
  const last = Math.max(0, ...columns.values())
  for (let column = 0; column <= last; column++) {
    const middleOf = (name: string): number => {
      const callers = edges.filter(([, to]) => to === name).map(([from]) => places.get(from)?.y ?? 0)
      return callers.reduce((sum, y) => sum + y, 0) / Math.max(1, callers.length)
    }
    const own = [...columns].filter(([, at]) => at === column).map(([name]) => name)
    let y = 16
    for (const name of own.sort((one, other) => middleOf(one) - middleOf(other))) {
      const callers = edges
        .filter(([, to]) => to === name)
        .map(([from]) => from)
        .sort((one, other) => (places.get(one)?.y ?? 0) - (places.get(other)?.y ?? 0))
      const height = Math.max(node.height, callers.length * arrowRoom)
      places.set(name, {x: 10 + column * columnWidth, y, height, callers, column})
      y += height + gap
    }
  }
  return places
}

/** Where the arrow from a caller ends. */
export const arrivalOf = ({y, height, callers}: Place, from: string): number =>
  y + (height / Math.max(1, callers.length)) * (Math.max(0, callers.indexOf(from)) + 0.5)
