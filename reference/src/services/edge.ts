import type {CreateService} from '../service/context.js'
import {storefront} from './storefront.js'

/** Where customers come in: balances over the gateways and hides the loss of one. */
export const create: CreateService = ({callTo}) => {
  const gateway = callTo('gateway', {timeoutMs: 3_000, retriesTimeouts: 'reads'})
  return {
    routes: storefront({products: gateway, orders: gateway, checkoutPath: '/checkout'}),
    whyNotReady: () => undefined,
    close: gateway.close,
  }
}
