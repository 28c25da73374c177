// Writes oclif.manifest.json, so that starting one command does not load all of them. Part of `npm run build`: a stale
// manifest would hide a new command.
import {rmSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Plugin} from '@oclif/core/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const path = `${root}oclif.manifest.json`
rmSync(path, {force: true})
const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
await plugin.load()
writeFileSync(path, `${JSON.stringify(plugin.manifest, null, 2)}\n`)
