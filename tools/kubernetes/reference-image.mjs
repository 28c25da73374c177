import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'

/** The folder of an installed package, as Node finds it from another package's folder. */
const folderOf = (name, from) => {
  const {paths} = createRequire(join(from, 'package.json')).resolve
  for (const folder of paths(name) ?? []) {
    try {
      readFileSync(join(folder, name, 'package.json'))
      return join(folder, name)
    } catch {}
  }
  throw new Error(`${name} is not installed for ${from}: run npm ci`)
}

/** What a package needs to run, and what that needs: folder by name. All are hoisted, so that each is there once. */
const dependenciesOf = (folder, found = new Map()) => {
  const {dependencies = {}} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    const own = folderOf(name, folder)
    const known = found.get(name)
    if (known !== undefined && known !== own) throw new Error(`${name} is installed twice: ${known}, ${own}`)
    if (known !== undefined) continue
    found.set(name, own)
    dependenciesOf(own, found)
  }
  return found
}

/** The files of the reference deployment's image, as its Containerfile makes them; `reference` must be built. */
export const referenceFiles = (reference) => [
  ...[...dependenciesOf(reference)].map(([name, from]) => ({from, to: `/app/node_modules/${name}`})),
  {from: join(reference, 'package.json'), to: '/app/package.json'},
  {from: join(reference, 'dist'), to: '/app/dist'},
]

export const referenceVersion = (reference) =>
  JSON.parse(readFileSync(join(reference, 'package.json'), 'utf8')).version
