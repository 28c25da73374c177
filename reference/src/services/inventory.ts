import {type SqlClient, statementErrorCode} from '../policies/sql-client.js'
import {parseFields} from '../service/body.js'
import type {CreateService} from '../service/context.js'
import {openDatabase} from '../service/database.js'
import {Declined} from '../service/routes.js'
import {products} from './products.js'

/** So much that no load test sells out. */
const initialStock = 1_000_000_000

const schema = `
  CREATE TABLE IF NOT EXISTS stock (
    sku text PRIMARY KEY, price_cents integer NOT NULL, available bigint NOT NULL CONSTRAINT in_stock CHECK (available >= 0));
  CREATE TABLE IF NOT EXISTS reservations (
    key text PRIMARY KEY, sku text NOT NULL, quantity integer NOT NULL, released boolean NOT NULL DEFAULT false);
  INSERT INTO stock
    SELECT sku, "priceCents", ${initialStock}
    FROM json_to_recordset('${JSON.stringify(products)}') AS product(sku text, "priceCents" integer)
    ON CONFLICT DO NOTHING`

/** Takes the stock once per key: a repeated reservation changes nothing, a released one is taken again. */
const reserveSql = `
  WITH made AS (
    INSERT INTO reservations (key, sku, quantity)
      SELECT $1, sku, $3::integer FROM stock WHERE sku = $2 AND available >= $3::integer
      ON CONFLICT (key) DO UPDATE SET released = false, sku = EXCLUDED.sku, quantity = EXCLUDED.quantity
        WHERE reservations.released
      RETURNING sku, quantity
  ), taken AS (
    UPDATE stock SET available = available - made.quantity FROM made WHERE stock.sku = made.sku
  )
  SELECT price_cents AS "priceCents", available >= $3::integer AS "inStock",
    EXISTS (SELECT FROM made) OR EXISTS (SELECT FROM reservations WHERE key = $1 AND NOT released) AS reserved
  FROM stock WHERE sku = $2`

const releaseSql = `
  WITH freed AS (
    UPDATE reservations SET released = true WHERE key = $1 AND NOT released RETURNING sku, quantity
  )
  UPDATE stock SET available = available + freed.quantity FROM freed WHERE stock.sku = freed.sku`

interface Reservation {
  key: string
  sku: string
  quantity: number
}
interface ReserveRow {
  priceCents: number
  inStock: boolean
  reserved: boolean
}

const soldOut = ({sku, quantity}: Reservation): Declined =>
  new Declined(409, `there are not ${quantity} of ${sku}`)

/**
 * Returns the unit price at which the stock was reserved. Two tries: a statement that waited for its twin with
 * the same key does not see the twin's row, the next statement does.
 */
const reserve = async (sql: SqlClient, wanted: Reservation): Promise<number> => {
  for (let tries = 0; tries < 2; tries++) {
    const [row] = await sql.query<ReserveRow>(reserveSql, [wanted.key, wanted.sku, wanted.quantity])
    if (!row) throw new Declined(404, `there is no product ${wanted.sku}`)
    if (row.reserved) return row.priceCents
    if (!row.inStock) break
  }
  throw soldOut(wanted)
}

const checkViolation = '23514'

/** What is in stock, and who has reserved it. */
export const create: CreateService = (context) => {
  const database = openDatabase(context, schema)
  const {sql} = database
  return {
    routes: [
      {
        method: 'POST',
        path: '/reservations',
        answer: async ({body}) => {
          const wanted = parseFields(body, {key: 'text', sku: 'text', quantity: 'count'})
          try {
            return {status: 201, body: {priceCents: await reserve(sql, wanted)}}
          } catch (thrown) {
            // Someone else took the last ones between the look and the update.
            if (statementErrorCode(thrown) === checkViolation) throw soldOut(wanted)
            throw thrown
          }
        },
      },
      {
        method: 'DELETE',
        path: '/reservations/:key',
        answer: async ({params}) => {
          await sql.query(releaseSql, [params['key']])
          return {status: 200, body: {released: true}}
        },
      },
    ],
    whyNotReady: database.whyNotReady,
    close: database.close,
  }
}
