import {createSqlClient, type SqlClient} from '../policies/sql-client.js'
import {databases} from '../topology.js'
import type {ServiceContext} from './context.js'

/** The database of a service: made ready in the background, and watched. */
export interface Database {
  sql: SqlClient
  /** Why it cannot be used now; `undefined` when it can. */
  whyNotReady(): string | undefined
  close(): Promise<void>
}

const checkEveryMs = 1_000
const retrySchemaMs = 250
const pingLimitMs = 400
const schemaLimitMs = 5_000

/** Two replicas start at once and `CREATE TABLE IF NOT EXISTS` races with itself: the lock lets one of them go first. */
const inTurn = (schema: string): string => `BEGIN; SELECT pg_advisory_xact_lock(7305); ${schema}; COMMIT`

const connect = ({config, hop, log}: ServiceContext): SqlClient => {
  const to = databases[config.service]
  if (to === undefined || config.databaseUrl === undefined)
    throw new Error(`${config.replica} was told no address of its database`)
  return createSqlClient({to, url: config.databaseUrl, log}, hop)
}

/**
 * Creates the schema as soon as the database can be reached, and again when it is back from an outage; checks once a
 * second that it can be reached.
 * An outage only makes the service not ready; restarting it would not bring the database back.
 * `schema`: SQL that makes tables and seeds, and may run again.
 */
export const openDatabase = (context: ServiceContext, schema: string): Database =>
  keepReady(connect(context), schema, context)

/** The same for a database that is connected already. */
export const keepReady = (
  sql: SqlClient,
  schema: string,
  {clock, log}: Pick<ServiceContext, 'clock' | 'log'>,
): Database => {
  let hasSchema = false
  let wasAway = false
  let reason: string | undefined = 'database not reached yet'
  let closed = false
  let cancel = (): void => {}

  const check = async (): Promise<void> => {
    try {
      if (hasSchema) await sql.ping(pingLimitMs)
      // What answers after an outage may be another, with nothing in it: in a cluster the tables go with the pod.
      if (!hasSchema || wasAway) await sql.setUp(inTurn(schema), schemaLimitMs)
      hasSchema = true
      wasAway = false
      reason = undefined
    } catch (thrown) {
      wasAway = true
      reason = `database: ${thrown instanceof Error ? thrown.message : String(thrown)}`
      log.info('database not ready', {reason})
    }
  }

  const loop = async (): Promise<void> => {
    const startedAt = clock.now()
    await check()
    const dueMs = startedAt + (hasSchema ? checkEveryMs : retrySchemaMs) - clock.now()
    if (!closed) cancel = clock.after(Math.max(50, dueMs), () => void loop())
  }

  void loop()
  return {
    sql,
    whyNotReady: () => reason,
    close: async () => {
      closed = true
      cancel()
      await sql.close()
    },
  }
}
