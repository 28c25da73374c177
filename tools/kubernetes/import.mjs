import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {copyFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {makeLayer} from './layer.mjs'
import {inside, socket} from './settings.mjs'

const layersOf = (image) => [...(image.base ? layersOf(image.base) : []), makeLayer(image.files)]

const environment = (image) => ({...(image.base ? environment(image.base) : {}), ...image.env})

const configOf = (image, layers) => ({
  architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
  os: 'linux',
  config: {
    Entrypoint: image.entrypoint,
    User: image.user,
    WorkingDir: image.workdir,
    Env: Object.entries(environment(image)).map(([name, value]) => `${name}=${value}`),
  },
  rootfs: {type: 'layers', diff_ids: layers.map(({digest}) => `sha256:${digest}`)},
})

const place = (from, to) => {
  try {
    linkSync(from, to)
  } catch {
    // Another file system.
    copyFileSync(from, to)
  }
}

/** A docker-archive of the image in a folder of its own; what is common with other images is a link. */
const archive = (image, config, layers) => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-image-'))
  const unique = [...new Map(layers.map((layer) => [layer.digest, layer])).values()]
  for (const {tar, digest} of unique) place(tar, join(folder, `${digest}.tar`))
  const manifest = [
    {
      Config: 'config.json',
      RepoTags: [`localhost/${image.name}:${image.tag}`],
      Layers: layers.map(({digest}) => `${digest}.tar`),
    },
  ]
  writeFileSync(join(folder, 'config.json'), config)
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  const tar = join(folder, 'image.tar')
  const names = ['manifest.json', 'config.json', ...unique.map(({digest}) => `${digest}.tar`)]
  execFileSync('tar', ['-cf', tar, '-C', folder, ...names])
  return {folder, tar}
}

const imported = (image) => {
  try {
    return readFileSync(inside('images', `${image.name}:${image.tag}`), 'utf8')
  } catch {
    return ''
  }
}

const configTextOf = (image, layers) => JSON.stringify(configOf(image, layers))

/** Writes an image as a docker-archive (`docker load`, `kind load image-archive`) into a folder; returns its path. */
export const saveImage = (image, into) => {
  const layers = layersOf(image)
  const {folder, tar} = archive(image, configTextOf(image, layers), layers)
  const to = join(into, `${image.name}-${image.tag}.tar`)
  try {
    mkdirSync(into, {recursive: true})
    copyFileSync(tar, to)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
  return to
}

/** Brings an image into the running cluster as localhost/NAME:TAG; false when it is there as it is. */
export const importImage = (image) => {
  const layers = layersOf(image)
  const config = configTextOf(image, layers)
  const version = createHash('sha256').update(config).digest('hex')
  if (imported(image) === version) return false
  const {folder, tar} = archive(image, config, layers)
  try {
    execFileSync('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', tar])
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
  mkdirSync(inside('images'), {recursive: true})
  writeFileSync(inside('images', `${image.name}:${image.tag}`), version)
  return true
}
