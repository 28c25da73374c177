import {existsSync} from 'node:fs'

/** The package's folder, found from wherever this code ended up: a source file, or a chunk of the bundle at any depth. */
const packageRoot = (): URL => {
  let folder = new URL('.', import.meta.url)
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('..', folder)
    if (above.href === folder.href) throw new Error(`no package.json above ${import.meta.url}`)
    folder = above
  }
  return folder
}

/** A file of the package, by its path from the package's folder. */
export const packageFile = (path: string): URL => new URL(path, packageRoot())

/**
 * The URL of a file that is started as a worker thread or process of its own, by its path below `src/`. Each is an entry
 * of the bundle (tools/bundle.mjs). Tests run the sources, but Node starts only what is built.
 */
export const entryUrl = (path: string): URL => packageFile(`dist/${path}`)
