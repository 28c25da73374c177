/** Words of names that say "this is the real one". */
const production = new Set(['prod', 'prd', 'production', 'live'])

/** Words before them that say the opposite. */
const denied = new Set(['non', 'no', 'not', 'pre'])

/** Words of a name, small: letters alone, so that `prod1` has the word `prod` and `product` does not. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')

/** Whether a context, cluster or namespace of this name is probably production. */
export const looksLikeProduction = (name: string): boolean =>
  wordsOf(name).some((word, index, words) => production.has(word) && !denied.has(words[index - 1] ?? ''))
