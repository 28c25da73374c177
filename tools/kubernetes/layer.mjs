import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {layerFolder} from './cache.mjs'

const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** The shared libraries a program is loaded with, on the paths it looks for them; none for a static one. */
const libraries = (program) => {
  let text = ''
  try {
    text = execFileSync('ldd', [program], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
  } catch {
    return []
  }
  const found = [...text.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path]) => path ?? '')
  // What lies beside the program ($ORIGIN) travels with its own tree.
  return found.filter((path) => /^\/(lib|usr)/.test(path)).map((path) => ({from: path, to: path}))
}

/** Programs become files with the libraries they need; everything else stays what it is. */
const expand = (files) => {
  const all = files.flatMap((file) =>
    file.program
      ? [{from: file.program, to: file.to ?? file.program}, ...libraries(file.program)]
      : file.librariesOf
        ? libraries(file.librariesOf)
        : [file],
  )
  const byTarget = new Map(all.map((file) => [file.to, file]))
  return [...byTarget.values()].sort((one, other) => (one.to < other.to ? -1 : 1))
}

const hashTree = (path) => {
  if (!statSync(path).isDirectory()) return sha256(readFileSync(path))
  const names = readdirSync(path).sort()
  return sha256(...names.map((name) => `${name} ${hashTree(join(path, name))}\n`))
}

const keyOf = (files) =>
  sha256(...files.map((file) => `${file.to} ${file.from ? hashTree(file.from) : sha256(file.text ?? '')}\n`))

/** Lays the files out as links: tar follows them, so nothing is copied twice. */
const stage = (root, files) => {
  for (const file of files) {
    const target = join(root, file.to)
    mkdirSync(dirname(target), {recursive: true, mode: 0o755})
    if (file.from) symlinkSync(resolve(file.from), target)
    else if (file.folder) {
      mkdirSync(target, {recursive: true})
      chmodSync(target, file.folder)
    } else writeFileSync(target, file.text, {mode: file.mode ?? 0o644})
  }
}

const pack = (root, tar) => {
  // The same files make the same archive: its hash is the layer's name in the cluster.
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']
  execFileSync('tar', [...same, '--mode=go+rX', '--dereference', '-cf', tar, '-C', root, '.'])
  return sha256(readFileSync(tar))
}

/** A layer becomes visible only when it is whole; another command may have made the same one meanwhile. */
const publish = (partial, home) => {
  try {
    renameSync(partial, home)
  } catch (cause) {
    if (!existsSync(home)) throw cause
    rmSync(partial, {recursive: true})
  }
}

/** Layers of checkouts long built over would fill the disk: what was not used for a week goes. */
const forgetOld = () => {
  for (const name of readdirSync(layerFolder())) {
    const path = join(layerFolder(), name)
    if (Date.now() - statSync(path).mtimeMs > 7 * 86_400_000) rmSync(path, {recursive: true, force: true})
  }
}

/**
 * One layer of an image as a tar in the tool cache, made only when these very files were not packed before.
 * Returns its path and its digest (of the uncompressed tar, as an image's configuration names it).
 */
export const makeLayer = (files) => {
  const all = expand(files)
  const home = join(layerFolder(), keyOf(all))
  if (!existsSync(home)) {
    const partial = mkdtempSync(join(layerFolder(), 'partial-'))
    stage(join(partial, 'root'), all)
    writeFileSync(join(partial, 'digest'), pack(join(partial, 'root'), join(partial, 'layer.tar')))
    rmSync(join(partial, 'root'), {recursive: true})
    publish(partial, home)
    forgetOld()
  }
  const now = new Date()
  utimesSync(home, now, now)
  return {tar: join(home, 'layer.tar'), digest: readFileSync(join(home, 'digest'), 'utf8')}
}
