import {type Clock, sleep} from '../service/clock.js'
import type {ServiceMetrics} from '../service/metrics.js'
import {Declined} from '../service/routes.js'
import {createWorkers} from '../service/workers.js'
import {type Product, products} from './products.js'

/** What one replica carries: 2 workers / 50 ms = 40 a second. */
const slots = 2
const rankingMs = 50
const mostRelated = 5

const kindOf = ({name}: Product): string => name.split(' ').at(-1) ?? ''

/**
 * Products like one, ranked: slow work that few workers share. It is the part of the shop that can be overloaded at a
 * rate that any machine can send, whatever else the machine does.
 */
export const createRelated = (
  clock: Clock,
  metrics: ServiceMetrics,
): ((sku: string) => Promise<Product[]>) => {
  const workers = createWorkers(slots)
  metrics.watchWaiting(workers.waiting)
  return async (sku) => {
    const product = products.find((one) => one.sku === sku)
    if (!product) throw new Declined(404, `there is no product ${sku}`)
    return await workers.run(async () => {
      await sleep(clock, rankingMs)
      return products
        .filter((one) => one.sku !== sku && kindOf(one) === kindOf(product))
        .slice(0, mostRelated)
    })
  }
}
