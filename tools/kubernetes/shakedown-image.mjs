import {execFileSync} from 'node:child_process'
import {relative, sep} from 'node:path'

/** The installed packages that the CLI needs to run, as npm says; nested ones travel inside the others. */
const packages = (checkout) => {
  const only = ['--omit=dev', '--omit=optional', '--workspaces=false', '--all', '--parseable']
  const folders = execFileSync('npm', ['ls', ...only], {
    cwd: checkout,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const paths = folders
    .trim()
    .split('\n')
    .map((folder) => relative(checkout, folder))
  return paths.filter(
    (path) => path && path.split(sep).filter((part) => part === 'node_modules').length === 1,
  )
}

/** What the CLI runs with and what changes rarely: its packages. */
export const packageFiles = (checkout, at) =>
  packages(checkout).map((path) => ({from: at(path), to: `/shakedown/${path}`}))

/** The CLI itself as deploy/Containerfile lays it out; it must be built. */
export const cliFiles = (at) => [
  ...['assets', 'bin', 'dist', 'scenarios', 'schema', 'oclif.manifest.json', 'package.json'].map((name) => ({
    from: at(name),
    to: `/shakedown/${name}`,
  })),
  {folder: 0o1777, to: '/state'},
  {folder: 0o1777, to: '/work'},
]
