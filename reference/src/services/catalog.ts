import type {CreateService} from '../service/context.js'
import {openDatabase} from '../service/database.js'
import {Declined} from '../service/routes.js'
import {type Product, products} from './products.js'
import {createRelated} from './related.js'

const schema = `
  CREATE TABLE IF NOT EXISTS products (sku text PRIMARY KEY, name text NOT NULL, price_cents integer NOT NULL);
  INSERT INTO products
    SELECT sku, name, "priceCents"
    FROM json_to_recordset('${JSON.stringify(products)}') AS product(sku text, name text, "priceCents" integer)
    ON CONFLICT DO NOTHING`

const columns = 'sku, name, price_cents AS "priceCents"'
const list = `SELECT ${columns} FROM products ORDER BY sku LIMIT 20`
const one = `SELECT ${columns} FROM products WHERE sku = $1`

/** What the shop sells. */
export const create: CreateService = (context) => {
  const database = openDatabase(context, schema)
  const related = createRelated(context.clock, context.metrics)
  return {
    routes: [
      {
        method: 'GET',
        path: '/products',
        answer: async () => ({status: 200, body: {products: await database.sql.query<Product>(list)}}),
      },
      {
        method: 'GET',
        path: '/products/:sku',
        answer: async ({params}) => {
          const [product] = await database.sql.query<Product>(one, [params['sku']])
          if (!product) throw new Declined(404, `there is no product ${params['sku']}`)
          return {status: 200, body: product}
        },
      },
      {
        method: 'GET',
        path: '/products/:sku/related',
        answer: async ({params}) => ({status: 200, body: {products: await related(params['sku'] ?? '')}}),
      },
    ],
    whyNotReady: database.whyNotReady,
    close: database.close,
  }
}
