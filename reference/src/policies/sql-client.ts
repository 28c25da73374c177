import pg from 'pg'
import type {Log} from '../service/log.js'
import {CallFailed, callFailed} from './failure.js'
import {createHop} from './hop.js'
import type {HopContext} from './hop-rules.js'
import type {SwitchBoard} from './switches.js'
import {withTimeout} from './timeout.js'

export interface SqlClientRules {
  /** The database, as the metrics name it. */
  to: string
  url: string
  log: Log
}

export interface SqlClient {
  /**
   * Runs one statement, which must be safe to repeat: it may have been done although its answer was lost.
   * Throws CallFailed when the database could not be reached, else what the database says about the statement.
   */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Runs SQL on a connection of its own, past the policies: for the schema. */
  setUp(text: string, limitMs: number): Promise<void>
  /** Resolves when the database answers within `limitMs`; past the policies, through the pool that queries use. */
  ping(limitMs: number): Promise<void>
  /** Whether a query would be rejected now. */
  rejects(): boolean
  close(): Promise<void>
}

const timeoutMs = 500
const connections = 8

/**
 * Both limits are needed: without `query_timeout` a query in a blackhole hangs for ever, without
 * `connectionTimeoutMillis` the calls that wait for one of the hanging connections do.
 */
const createPool = (url: string, limited: boolean, log: Log): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    ...(limited ? {query_timeout: timeoutMs, connectionTimeoutMillis: timeoutMs} : {}),
  })
  // An idle connection that breaks would otherwise end the process.
  pool.on('error', (error) => log.warn('idle database connection broke', {error: error.message}))
  return pool
}

/** The pool for the state of `db.timeout`: a pool cannot change its limits, so the switch changes the pool. */
const createSwitchedPool = (url: string, switches: SwitchBoard, log: Log): (() => pg.Pool) => {
  let limited = switches.isOn('db.timeout')
  let pool = createPool(url, limited, log)
  switches.onChange(() => {
    if (switches.isOn('db.timeout') === limited) return
    limited = !limited
    const replaced = pool
    pool = createPool(url, limited, log)
    replaced.end().catch((error: Error) => log.warn('old pool did not close', {error: error.message}))
  })
  return () => pool
}

/** Classes 08 and 57 and "too many connections" are the server's state; all else is about the statement. */
const isStatementError = (thrown: unknown): boolean =>
  thrown instanceof pg.DatabaseError && !/^(08|57|53300)/.test(thrown.code ?? '')

const runAlone = async (url: string, text: string, limitMs: number): Promise<void> => {
  const client = new pg.Client({
    connectionString: url,
    query_timeout: limitMs,
    connectionTimeoutMillis: limitMs,
  })
  // What breaks the connection also fails the call that waits; an unheard event would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(text)
  } finally {
    void client.end().catch(() => {})
  }
}

/** PostgreSQL's error code, when a statement failed with one. */
export const statementErrorCode = (thrown: unknown): string | undefined =>
  thrown instanceof CallFailed && thrown.cause instanceof pg.DatabaseError ? thrown.cause.code : undefined

/**
 * Talks to one PostgreSQL through a pool and the policies of a hop.
 * `pool.query` destroys the connection of every failed query; a timed-out one put back would fail the next user.
 */
export const createSqlClient = ({to, url, log}: SqlClientRules, context: HopContext): SqlClient => {
  const {switches, clock} = context
  const hop = createHop({to, timeoutMs, timeoutSwitch: 'db.timeout', retriesTimeouts: 'none'}, context)
  const currentPool = createSwitchedPool(url, switches, log)

  const attempt = async <Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> => {
    try {
      return (await currentPool().query<Row>(text, [...values])).rows
    } catch (thrown) {
      if (!isStatementError(thrown)) throw callFailed(thrown, to)
      throw new CallFailed('status', `${to}: ${String(thrown)}`, {to, calleeAtFault: false, cause: thrown})
    }
  }

  return {
    query: (text, values = []) => hop.run('repeatable', () => attempt(text, values)),
    rejects: hop.rejects,
    ping: async (limitMs) => {
      await withTimeout({to, limitMs, clock}, () => currentPool().query('SELECT 1'))
    },
    setUp: (text, limitMs) => runAlone(url, text, limitMs),
    close: () => currentPool().end(),
  }
}
