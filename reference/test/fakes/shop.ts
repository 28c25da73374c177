import {type ChildProcess, execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {closeSync, mkdtempSync, openSync, rmSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import pg from 'pg'
import type {ServiceConfig, ServiceName} from '../../src/contract.js'
import {systemClock} from '../../src/service/clock.js'
import {createLog} from '../../src/service/log.js'
import {type RunningService, runService} from '../../src/service/run.js'
import {create as catalog} from '../../src/services/catalog.js'
import {create as edge} from '../../src/services/edge.js'
import {create as gateway} from '../../src/services/gateway.js'
import {create as inventory} from '../../src/services/inventory.js'
import {create as order} from '../../src/services/order.js'
import {create as payment} from '../../src/services/payment.js'
import {create as psp} from '../../src/services/psp.js'
import {createCluster} from '../../src/stores/postgres.js'
import {installPostgres} from '../../src/stores/postgres-binaries.js'

const creators = {edge, gateway, catalog, order, inventory, payment, psp}

/** Below the ports that the kernel gives to clients: a client's it cannot be by the time that a server has started. */
const somePort = (): number => 20_000 + Math.floor(Math.random() * 10_000)

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  const listens = once(server, 'listening').then(
    () => true,
    () => false,
  )
  server.listen(port, '127.0.0.1')
  if (!(await listens)) return false
  await new Promise((resolve) => server.close(resolve))
  return true
}

/** A port of the loopback interface on which nobody listens. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = somePort()
    if (await isFree(port)) return port
  }
}

/** Asks until `check` holds; throws the last reason after a minute. */
export const eventually = async (check: () => Promise<void>): Promise<void> => {
  const limit = performance.now() + 60_000
  for (;;) {
    try {
      return await check()
    } catch (thrown) {
      if (performance.now() > limit) throw thrown
      await sleep(50)
    }
  }
}

/** The fields of a JSON answer. */
export const fieldsOf = async (response: Response): Promise<Record<string, unknown>> => {
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null) throw new Error(`not an object: ${JSON.stringify(body)}`)
  return {...body}
}

/** A real PostgreSQL with an empty database per service. */
export const startDatabases = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-shop-'))
  // PostgreSQL runs as nobody when the tests run as root.
  execFileSync('chmod', ['755', folder])
  const port = await freePort()
  const cluster = await createCluster(await installPostgres(), {dataDirectory: join(folder, 'data'), port})
  const output = openSync(join(folder, 'log'), 'w')
  let child: ChildProcess
  const start = async (): Promise<void> => {
    child = cluster.start(output)
    await eventually(async () => {
      if (!(await cluster.isReady(child.pid ?? 0))) throw new Error('PostgreSQL is not ready')
    })
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGQUIT')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  const urlOf = (service: string): string => cluster.url(port).replace(/\/postgres$/, `/${service}`)
  await start()
  const sql = async (database: string, text: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({connectionString: urlOf(database)})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  for (const name of ['catalog', 'order', 'inventory', 'payment'])
    await sql('postgres', `CREATE DATABASE "${name}"`)
  return {
    urlOf,
    sql,
    start,
    stop,
    remove: async () => {
      await stop()
      closeSync(output)
      rmSync(folder, {recursive: true, force: true})
    },
  }
}

export interface ShopRules {
  databaseUrl(service: ServiceName): string
  /** Another address for the only replica of a service, which is then not started. */
  instead?: Partial<Record<ServiceName, string>>
}

/** The shop in one process: every service one replica, gateways two, over real HTTP and SQL. */
export const openShop = async ({databaseUrl, instead = {}}: ShopRules) => {
  const running = new Map<string, RunningService>()
  const urls = new Map<string, string>(
    Object.entries(instead).map(([service, url]) => [`${service}-1`, url ?? '']),
  )
  const lines: string[] = []

  const start = async (replica: string, calls: ServiceName[]): Promise<void> => {
    // Replicas are named after their service.
    const service = replica.replace(/-\d$/, '') as ServiceName
    if (instead[service] !== undefined) return
    const upstreams: ServiceConfig['upstreams'] = {}
    for (const callee of calls)
      upstreams[callee] = [...urls]
        .filter(([name]) => name.startsWith(`${callee}-`))
        .map(([name, url]) => ({replica: name, url}))
    const log = createLog({service, replica, level: 'warn', write: (line) => lines.push(line)})
    const config: ServiceConfig = {
      service,
      replica,
      port: 0,
      upstreams,
      databaseUrl: databaseUrl(service),
      switches: {},
      seed: 1,
    }
    const one = await runService(creators[service], config, {clock: systemClock, log})
    running.set(replica, one)
    urls.set(replica, `http://127.0.0.1:${one.port}`)
  }

  const url = (replica: string, path: string): string => `${urls.get(replica)}${path}`
  await start('psp-1', [])
  await start('payment-1', ['psp'])
  await start('inventory-1', [])
  await start('order-1', ['inventory', 'payment'])
  await start('catalog-1', [])
  for (const replica of ['gateway-1', 'gateway-2']) await start(replica, ['catalog', 'order'])
  await start('edge-1', ['gateway'])
  await eventually(async () => {
    for (const replica of running.keys()) {
      const answer = await fetch(url(replica, '/readyz'))
      if (!answer.ok) throw new Error(`${replica}: ${await answer.text()}`)
    }
  })

  const stop = async (replica: string): Promise<void> => {
    await running.get(replica)?.stop()
    running.delete(replica)
  }
  const patch = async (replica: string, changes: unknown): Promise<Response> =>
    fetch(url(replica, '/__ref/switches'), {method: 'PATCH', body: JSON.stringify(changes)})
  return {
    lines,
    url,
    stop,
    patch,
    get: (path: string, headers: Record<string, string> = {}) => fetch(url('edge-1', path), {headers}),
    checkout: (body: unknown, headers: Record<string, string> = {}) =>
      fetch(url('edge-1', '/checkout'), {method: 'POST', body: JSON.stringify(body), headers}),
    metrics: async (replica: string) => (await fetch(url(replica, '/metrics'))).text(),
    close: async () => {
      for (const replica of [...running.keys()].reverse()) {
        await patch(replica, {'shutdown.drain': false})
        await stop(replica)
      }
    },
  }
}
