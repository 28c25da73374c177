import {readdir, stat} from 'node:fs/promises'
import {join, normalize, sep} from 'node:path'

const isPattern = (part: string): boolean => /[*?]/.test(part)

const regexOf = (part: string): RegExp =>
  new RegExp(
    `^${part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )

/** Names in a folder that fit; hidden ones only when the pattern begins with a dot. None when it cannot be read. */
const namesIn = async (folder: string, part: string): Promise<string[]> => {
  const names = await readdir(folder === '' ? '.' : folder).catch(() => [])
  const fits = regexOf(part)
  return names.filter((name) => fits.test(name) && name.startsWith('.') === part.startsWith('.')).sort()
}

const isThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined

/**
 * The files that a path names, from a folder; `*` and `?` stand for signs within one name. A path without them names
 * itself, whether there is such a file or not; one with them names what there is, in order.
 */
export const findFiles = async (folder: string, path: string): Promise<string[]> => {
  const whole = path.startsWith('/') ? path : join(folder, path)
  if (!isPattern(path)) return [normalize(whole)]
  const parts = normalize(whole).split(sep)
  let found: string[] = [parts[0] ?? '']
  for (const [index, part] of parts.entries()) {
    if (index === 0 && !isPattern(part)) continue
    const under = (parent: string): string => (index === 0 ? '' : parent === '' ? sep : parent)
    const next = found.map(async (parent) => {
      if (!isPattern(part)) return [join(under(parent), part)]
      return (await namesIn(under(parent), part)).map((name) => join(under(parent), name))
    })
    found = (await Promise.all(next)).flat()
  }
  const there = await Promise.all(found.map(isThere))
  return found.filter((_, index) => there[index])
}
