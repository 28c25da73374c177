// Builds dist/ from src/: one file per entry and shared chunks, so that a command starts by reading some thirty files
// instead of some four hundred. Part of `npm run build`; types are checked, and declared, by tsc before it.
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {rolldown} from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const {dependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

// Started by name: as a command, as a worker thread, as a process of its own, or from a script in tools/ or bench/.
const entries = [
  'cli',
  'index',
  'engines/autocannon/worker',
  'engines/k6/script',
  'engines/k6/script/hold',
  'engines/k6/script/judged',
  'engines/pacer',
  'engines/pacer/worker',
  'metrics/store',
  'metrics/worker',
  'promql/index',
  'promql/promqltest/run',
  'run/undo/watchdog-main',
  'toxiproxy/main',
  ...readdirSync(join(root, 'src/commands'), {recursive: true})
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `commands/${file.replace(/\.ts$/, '')}`),
]

// What every command reads before it does anything is bundled; the rest is read when it is needed, from where it is installed.
const bundled = [
  '@oclif/core',
  'zod',
  'yaml',
  '@prometheus-io/lezer-promql',
  '@lezer/common',
  '@lezer/lr',
  '@lezer/highlight',
]
const installed = Object.keys(dependencies).filter((name) => !bundled.includes(name))
// oclif looks for these only to run plugins from their sources.
const developers = ['typescript', 'ts-node']
// A package of its own, built after this one and not always installed.
const apart = ['shakedown-reference']
// What k6 brings along for the scripts that it runs.
const insideK6 = ['k6']
const isOf = (id, names) => names.some((name) => id === name || id.startsWith(`${name}/`))

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [entry, join(root, 'src', `${entry}.ts`)])),
  platform: 'node',
  external: (id) => id.startsWith('node:') || isOf(id, [...installed, ...developers, ...apart, ...insideK6]),
})
const {output} = await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  sourcemap: true,
})
await bundle.close()

const packageOf = (id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]
const packages = new Set(output.flatMap(({moduleIds = []}) => moduleIds.map(packageOf).filter(Boolean)))
const licences = [...packages].sort().map((folder) => {
  const {name, version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`
})
mkdirSync(dist, {recursive: true})
writeFileSync(join(dist, 'third-party-licenses.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`))

// What an earlier build left and this one did not write would hide a mistake.
const written = new Set(output.map(({fileName}) => fileName))
for (const entry of readdirSync(dist, {recursive: true, withFileTypes: true})) {
  const file = relative(dist, join(entry.parentPath, entry.name))
  const ours =
    entry.isFile() && /\.js(\.map)?$/.test(file) && dirname(file) !== 'types' && !file.startsWith('types/')
  if (ours && !written.has(file)) rmSync(join(dist, file))
}
