import {randomUUID} from 'node:crypto'
import type {HttpClient} from '../policies/http-client.js'
import {parseFields} from '../service/body.js'
import type {Route} from '../service/routes.js'

export interface StorefrontParts {
  /** Where products are asked for. */
  products: HttpClient
  /** Where orders are placed and asked for. */
  orders: HttpClient
  /** The path that takes a checkout there. */
  checkoutPath: string
}

/** The shop's public routes, which edge and gateway both have, passed on to whoever answers them. */
export const storefront = ({products, orders, checkoutPath}: StorefrontParts): Route[] => [
  {
    method: 'GET',
    path: '/products',
    answer: ({trace}) => products.request({method: 'GET', path: '/products', trace}),
  },
  {
    method: 'GET',
    path: '/products/:sku',
    answer: ({params, trace}) =>
      products.request({
        method: 'GET',
        path: `/products/${encodeURIComponent(params['sku'] ?? '')}`,
        trace,
      }),
  },
  {
    method: 'GET',
    path: '/products/:sku/related',
    answer: ({params, trace}) =>
      products.request({
        method: 'GET',
        path: `/products/${encodeURIComponent(params['sku'] ?? '')}/related`,
        trace,
      }),
  },
  {
    method: 'POST',
    path: '/checkout',
    answer: ({body, idempotencyKey, trace}) => {
      const {sku, quantity} = parseFields(body, {sku: 'text', quantity: 'count'})
      return orders.request({
        method: 'POST',
        path: checkoutPath,
        body: {sku, quantity},
        // With a key of our own the shop may repeat what the customer sent once.
        idempotencyKey: idempotencyKey ?? randomUUID(),
        trace,
      })
    },
  },
  {
    method: 'GET',
    path: '/orders/:id',
    answer: ({params, trace}) =>
      orders.request({method: 'GET', path: `/orders/${encodeURIComponent(params['id'] ?? '')}`, trace}),
  },
]
