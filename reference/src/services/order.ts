import {CallFailed} from '../policies/failure.js'
import {parseFields} from '../service/body.js'
import type {CreateService} from '../service/context.js'
import {openDatabase} from '../service/database.js'
import {Declined} from '../service/routes.js'
import {createCheckouts} from './checkout.js'
import {identityOf} from './identity.js'

const schema = `
  CREATE TABLE IF NOT EXISTS orders (
    id text PRIMARY KEY, sku text NOT NULL, quantity integer NOT NULL, total_cents integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now())`

const insert = `
  INSERT INTO orders (id, sku, quantity, total_cents) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`
const select = `SELECT id AS "orderId", sku, quantity, total_cents AS "totalCents" FROM orders WHERE id = $1`

interface Order {
  orderId: string
  sku: string
  quantity: number
  totalCents: number
}

/** Turns a customer's wish into an order that is reserved, paid and written. */
export const create: CreateService = (context) => {
  const {log} = context
  const database = openDatabase(context, schema)
  const {sql} = database
  const inventory = context.callTo('inventory', {
    timeoutMs: 500,
    retriesTimeouts: 'all',
    freshConnections: true,
  })
  const payment = context.callTo('payment', {timeoutMs: 1_000, retriesTimeouts: 'none'})
  const checkouts = createCheckouts({
    inventory,
    payment,
    log,
    write: async ({key, sku, quantity}, totalCents) => {
      await sql.query(insert, [identityOf('ord', key), sku, quantity, totalCents])
    },
  })
  return {
    routes: [
      {
        method: 'POST',
        path: '/orders',
        answer: async ({body, idempotencyKey: key, trace}) => {
          const {sku, quantity} = parseFields(body, {sku: 'text', quantity: 'count'})
          if (key === undefined) throw new Declined(400, 'an order needs an Idempotency-Key')
          // Nobody is charged for an order that cannot be written.
          if (sql.rejects()) throw new CallFailed('rejected', 'order-db is failing', {to: 'order-db'})
          const totalCents = await checkouts.run({key, sku, quantity, trace})
          return {status: 201, body: {orderId: identityOf('ord', key), sku, quantity, totalCents}}
        },
      },
      {
        method: 'GET',
        path: '/orders/:id',
        answer: async ({params}) => {
          const [order] = await sql.query<Order>(select, [params['id']])
          if (!order) throw new Declined(404, `there is no order ${params['id']}`)
          return {status: 200, body: order}
        },
      },
    ],
    whyNotReady: database.whyNotReady,
    close: async () => {
      await checkouts.settled()
      await Promise.all([inventory.close(), payment.close()])
      await database.close()
    },
  }
}
