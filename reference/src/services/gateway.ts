import type {CreateService} from '../service/context.js'
import {storefront} from './storefront.js'

/** Sends each public request to the service that answers it. */
export const create: CreateService = ({callTo}) => {
  const catalog = callTo('catalog', {timeoutMs: 500, retriesTimeouts: 'reads'})
  // One attempt may take almost all the time that the edge waits, so none follows a timeout.
  const order = callTo('order', {timeoutMs: 2_500, retriesTimeouts: 'none'})
  return {
    routes: storefront({products: catalog, orders: order, checkoutPath: '/orders'}),
    whyNotReady: () => undefined,
    close: async () => {
      await Promise.all([catalog.close(), order.close()])
    },
  }
}
