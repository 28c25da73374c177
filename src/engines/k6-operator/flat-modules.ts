import {readFileSync} from 'node:fs'
import {entryUrl} from '../../system/entry.js'

const importPattern = /(from\s*|import\s*)"(\.{1,2}\/[^"]+)"/g

/** A ConfigMap knows no folders: the name says where a module stood. */
const flatName = (url: URL, root: URL): string => url.href.slice(root.href.length).replaceAll('/', '-')

/**
 * A module of the bundle with all that it imports, each under a name without folders, as files that import each other
 * by those names.
 */
export const flatModules = (entry: string): {main: string; files: Record<string, string>} => {
  const root = entryUrl('')
  const files: Record<string, string> = {}
  const add = (url: URL): string => {
    const name = flatName(url, root)
    if (files[name] !== undefined) return name
    files[name] = ''
    const text = readFileSync(url, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '')
    files[name] = text.replace(
      importPattern,
      (_all, before: string, path: string) => `${before}"./${add(new URL(path, url))}"`,
    )
    return name
  }
  return {main: add(entryUrl(entry)), files}
}
