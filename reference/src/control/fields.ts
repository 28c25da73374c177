/** A value somewhere in an object of the API server, by its path; `undefined` where there is none. */
export const at = (object: unknown, ...path: string[]): unknown => {
  let value = object
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = new Map(Object.entries(value)).get(key)
  }
  return value
}

/** The items of a list that the API server answered. */
export const itemsOf = (list: unknown): unknown[] => {
  const items = at(list, 'items')
  return Array.isArray(items) ? items : []
}

export const textAt = (object: unknown, ...path: string[]): string => {
  const value = at(object, ...path)
  return typeof value === 'string' ? value : ''
}

export const nameOf = (object: unknown): string => textAt(object, 'metadata', 'name')
