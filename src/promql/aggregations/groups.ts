import type {Column} from '../evaluate/values.js'
import {keyOn, keyWithout, type Labels, only, without} from '../labels.js'
import type {Grouping} from '../syntax/ast.js'

/** The series that are aggregated into one, and the labels they have in common. */
export interface Group {
  labels: Labels
  members: Column[]
}

/** Sorts series into groups by labels, in order of first appearance. */
export const groupsOf = (columns: readonly Column[], {without: isWithout, labels}: Grouping): Group[] => {
  const names = [...new Set(labels)].sort()
  const dropped = new Set([...names, '__name__'])
  const groups = new Map<string, Group>()
  for (const column of columns) {
    const key = isWithout ? keyWithout(column.labels, dropped) : keyOn(column.labels, names)
    const found = groups.get(key)
    if (found) found.members.push(column)
    else {
      const kept = isWithout ? without(column.labels, dropped) : only(column.labels, names)
      groups.set(key, {labels: kept, members: [column]})
    }
  }
  return [...groups.values()]
}
