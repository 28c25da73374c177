import type {KubernetesObject} from '../../clients/kubernetes/cluster.js'

/** A value somewhere in an object, by its path; `undefined` where there is none. */
export const at = (object: unknown, ...path: string[]): unknown => {
  let value = object
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = new Map<string, unknown>(Object.entries(value)).get(key)
  }
  return value
}

export const listAt = (object: unknown, ...path: string[]): unknown[] => {
  const value = at(object, ...path)
  return Array.isArray(value) ? value : []
}

export const textAt = (object: unknown, ...path: string[]): string => {
  const value = at(object, ...path)
  return typeof value === 'string' ? value : ''
}

export const numberAt = (object: unknown, ...path: string[]): number => {
  const value = at(object, ...path)
  return typeof value === 'number' ? value : 0
}

export const nameOf = (object: KubernetesObject): string => object.metadata.name
