import {existsSync, mkdirSync, openSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import pg from 'pg'
import {afterAll, afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {createCluster} from '../src/stores/postgres.js'
import {installPostgres} from '../src/stores/postgres-binaries.js'
import {freePort} from './fakes/shop.js'
import {exited, removeFolders, temporaryFolder, until} from './launch.js'

// Each deployment is eighteen processes, and the machine may be busy with others.
vi.setConfig({testTimeout: 120_000, hookTimeout: 120_000})

describe('PostgreSQL from npm', () => {
  let folder: string
  const before = process.env['SHAKEDOWN_CACHE']
  beforeEach(async () => {
    folder = await temporaryFolder()
    process.env['SHAKEDOWN_CACHE'] = join(folder, 'cache')
  })
  afterEach(() => {
    if (before === undefined) delete process.env['SHAKEDOWN_CACHE']
    else process.env['SHAKEDOWN_CACHE'] = before
  })
  afterAll(removeFolders)

  it('is set up once, also by two starts at the same time, and open to the account it runs as', async () => {
    const [one, two] = await Promise.all([installPostgres(), installPostgres()])
    expect(two).toEqual(one)
    const homes = readdirSync(join(folder, 'cache'))
    expect(homes).toHaveLength(1)
    const home = join(folder, 'cache', homes[0] ?? '')
    expect(statSync(home).mode & 0o777).toBe(0o755)
    expect(statSync(join(home, 'password')).mode & 0o777).toBe(0o600)
    const changed = statSync(join(home, 'template')).ctimeMs
    expect(await installPostgres()).toEqual(one)
    expect(statSync(join(home, 'template')).ctimeMs).toBe(changed)
  })

  it('refuses programs that others could have written', async () => {
    const home = join(folder, 'cache', `postgres-18.4.0-beta.17-${process.getuid?.()}`)
    mkdirSync(home, {recursive: true})
    const {chmodSync} = await import('node:fs')
    chmodSync(home, 0o777)
    await expect(installPostgres()).rejects.toThrow('can be written by others')
  })

  it('keeps committed rows over a SIGKILL, asks for the password, and leaves no shared memory', async () => {
    const installation = await installPostgres()
    const port = await freePort()
    const dataDirectory = join(folder, 'data')
    const cluster = await createCluster(installation, {dataDirectory, port})
    const log = openSync(join(folder, 'log'), 'a')
    const start = async () => {
      const server = cluster.start(log)
      await until('ready', () => cluster.isReady(server.pid ?? 0))
      return server
    }
    const query = async (url: string, sql: string): Promise<unknown[]> => {
      const client = new pg.Client({connectionString: url})
      await client.connect()
      client.on('error', () => {})
      try {
        return (await client.query(sql)).rows
      } finally {
        await client.end()
      }
    }
    const first = await start()
    expect(await cluster.isReady(first.pid ?? 0)).toBe(true)
    await query(cluster.url(port), 'create table loaf (id int); insert into loaf values (7)')
    await expect(query(cluster.url(port).replace(/:[^:@]*@/, ':wrong@'), 'select 1')).rejects.toThrow(
      /password/,
    )
    first.kill('SIGKILL')
    await exited(first)
    expect(await cluster.isReady(-1)).toBe(false)

    const second = await start()
    expect(await query(cluster.url(port), 'select id from loaf')).toEqual([{id: 7}])
    const memory = () => (existsSync('/proc/sysvipc/shm') ? readFileSync('/proc/sysvipc/shm', 'utf8') : '')
    second.kill('SIGQUIT')
    await exited(second)
    expect(memory()).not.toMatch(new RegExp(`\\s${second.pid}\\s`))
  })
})
