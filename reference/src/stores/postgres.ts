import {type ChildProcess, execFile, spawn} from 'node:child_process'
import {chown, mkdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {StartError} from '../start-error.js'
import {account, type PostgresInstallation} from './postgres-binaries.js'

const run = promisify(execFile)

/** One PostgreSQL cluster on a fixed loopback port, in a data directory of its own. */
export interface Cluster {
  dataDirectory: string
  port: number
  /** Starts the server; `output` is the descriptor of its log. */
  start(output: number): ChildProcess
  /** Whether that server takes connections. */
  isReady(pid: number): Promise<boolean>
  /** The connection URL when reached at another port, such as a proxy's. */
  url(port: number): string
}

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Small and few processes: four clusters share a laptop with everything else.
  shared_buffers: '8MB',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_wal_size: '64MB',
  jit: 'off',
  // In the data directory, so that a killed server leaves nothing in /dev/shm.
  dynamic_shared_memory_type: 'mmap',
  // What the server wrote outlives its own death in the page cache; the machine's death ends the deployment too.
  fsync: 'off',
  full_page_writes: 'off',
  log_line_prefix: '%m ',
}
const settingArguments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])

/** The server's own word: the eighth line of its pid file, which `pg_ctl --wait` reads too. */
const isReady = async (dataDirectory: string, pid: number): Promise<boolean> => {
  const file = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = file.split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

/** Copies the template as the user that will own it; `cp` keeps modes and is quick with a thousand files. */
const copyTemplate = async (template: string, dataDirectory: string): Promise<void> => {
  const as = account()
  try {
    await mkdir(dataDirectory, {mode: 0o700})
    if (as) await chown(dataDirectory, as.uid, as.gid)
    await run('cp', ['-Rp', `${template}/.`, dataDirectory], {...as, cwd: '/', timeout: 30_000})
    await rm(join(dataDirectory, 'postmaster.pid'), {force: true})
  } catch (cause) {
    throw new StartError(`The database's files could not be copied to ${dataDirectory}: ${String(cause)}`, {
      hint: 'Is the disk full? As root, every folder above it must be open to the user nobody (TMPDIR names another place).',
      cause,
    })
  }
}

/** Makes a new cluster in `dataDirectory`, which must not exist yet; it is not started. */
export const createCluster = async (
  installation: PostgresInstallation,
  {dataDirectory, port}: {dataDirectory: string; port: number},
): Promise<Cluster> => {
  const {postgres, template, user, password} = installation
  await copyTemplate(template, dataDirectory)
  return {
    dataDirectory,
    port,
    start: (output) =>
      spawn(postgres, ['-D', dataDirectory, '-p', String(port), ...settingArguments], {
        ...account(),
        cwd: dataDirectory,
        env: {LC_ALL: 'C', TZ: 'UTC'},
        stdio: ['ignore', output, output],
      }),
    isReady: (pid) => isReady(dataDirectory, pid),
    url: (at) => `postgres://${user}:${password}@127.0.0.1:${at}/postgres`,
  }
}
