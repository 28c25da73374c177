/** The labels of a series; the metric's name is the label `__name__`. An absent label and an empty one are equal. */
export type Labels = Record<string, string>

const separator = '\u0000'

/** The value of a label, empty when it is absent: also of one named like a member that every object has. */
export const labelOf = (labels: Labels, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''

/**
 * Sets a label on labels under construction. Assigning to `__proto__` would set an object's prototype instead, which a
 * text cannot be: the label would be lost.
 */
export const setLabel = (labels: Labels, name: string, value: string): void => {
  if (name === '__proto__') {
    Object.defineProperty(labels, name, {value, writable: true, enumerable: true, configurable: true})
  } else labels[name] = value
}

/** A text that two label sets share exactly when they are equal. */
export const labelsKey = (labels: Labels): string => {
  let key = ''
  for (const name of Object.keys(labels).sort()) {
    const value = labels[name]
    if (value) key += name + separator + value + separator
  }
  return key
}

/** A key over the named labels only; a missing label counts as empty. `names` must be sorted. */
export const keyOn = (labels: Labels, names: readonly string[]): string =>
  names.map((name) => labelOf(labels, name)).join(separator)

/** A key over all labels but the named ones. */
export const keyWithout = (labels: Labels, names: ReadonlySet<string>): string =>
  labelsKey(without(labels, names))

export const without = (labels: Labels, names: ReadonlySet<string>): Labels => {
  const rest: Labels = {}
  for (const name of Object.keys(labels)) {
    const value = labels[name]
    if (value && !names.has(name)) setLabel(rest, name, value)
  }
  return rest
}

export const only = (labels: Labels, names: Iterable<string>): Labels => {
  const kept: Labels = {}
  for (const name of names) {
    const value = labelOf(labels, name)
    if (value) setLabel(kept, name, value)
  }
  return kept
}

const nameLabel: ReadonlySet<string> = new Set(['__name__'])

/** What most operations leave: a computed value is no longer the metric it came from. */
export const withoutName = (labels: Labels): Labels => without(labels, nameLabel)

/** `{a="b", c="d"}`, sorted, with the metric's name as a label like any other, as Prometheus prints it in errors. */
export const labelsText = (labels: Labels): string =>
  `{${Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(', ')}}`

/** Whether this can name a label: any non-empty text that is valid UTF-8 (see `unquote` about the rest). */
export const isLabelName = (name: string): boolean => name !== '' && !/\p{Surrogate}/u.test(name)
