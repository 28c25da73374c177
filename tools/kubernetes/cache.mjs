import {execFileSync} from 'node:child_process'
import {mkdirSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'

/** The tool cache, where cache.sh says it is. */
const toolCache = () =>
  process.env.SHAKEDOWN_TOOLS ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'shakedown-tools')

/** Where packed layers of images lie, each in a folder named by what is in it. */
export const layerFolder = () => {
  const folder = join(toolCache(), 'image-layers')
  mkdirSync(folder, {recursive: true})
  return folder
}

/** Runs an installer of tools/ and returns the path it prints; it skips what is there. */
export const installed = (name) => {
  const installer = join(import.meta.dirname, '..', name)
  return execFileSync(installer, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']}).trim()
}
