import {costOf} from '../capacity/price.js'
import {resultOf} from '../capacity/result.js'
import {describeScaling, type UslFit} from '../capacity/scaling.js'
import {UserError} from '../errors.js'
import {readPageAssets} from '../output/page-assets.js'
import {writeText} from '../output/write-reports.js'
import {scalingPage} from '../reporters/capacity/page.js'
import {scalingText} from '../reporters/capacity/scaling.js'
import {seededRandom} from '../system/random.js'
import {priceFlag} from './capacity-flags.js'
import {readCapacity} from './capacity-record.js'

/** One size of a system, and its capacity. */
export interface Size {
  replicas: number
  record: string
  lower: number
  upper: number
  /** Of a million requests at the lower bound. */
  perMillion?: number
}

const sizeOf = async (text: string, pricePerHour: number | undefined): Promise<Size & {scenario: string}> => {
  const [, number = '', record = ''] = /^(\d+)=(.+)$/.exec(text) ?? []
  const replicas = Number(number)
  if (record === '' || replicas < 1) {
    throw new UserError(`${text}: expected a number of replicas and a capacity record`, {
      hint: 'Write for example: shakedown capacity scale 1=RECORD 2=RECORD 4=RECORD',
    })
  }
  const {header, lines} = await readCapacity(record)
  const {lower, upper} = resultOf(header, lines).whole
  if (lower === undefined || upper === undefined) {
    throw new UserError(`${record} has no interval, so nothing can be fitted to it`, {
      hint: 'Its search was cut off, or found only one bound: go on with it (--resume), or search again.',
    })
  }
  const price =
    pricePerHour === undefined ? {} : {perMillion: costOf(pricePerHour * replicas, lower).perMillion}
  return {replicas, record, lower, upper, ...price, scenario: header.scenario}
}

/**
 * Fits the Universal Scalability Law to capacities that were found at several sizes. `price` is that of one replica.
 * Throws UserError for fewer than two sizes, and for records of different scenarios.
 */
export const scaleCapacities = async (
  given: readonly string[],
  {price, html}: {price?: string | undefined; html?: string | undefined},
): Promise<{json: {sizes: Size[]; fit: UslFit}; text: string}> => {
  const pricePerHour = priceFlag(price)
  const read: Awaited<ReturnType<typeof sizeOf>>[] = []
  for (const text of given) read.push(await sizeOf(text, pricePerHour))
  const scenarios = [...new Set(read.map(({scenario}) => scenario))]
  if (scenarios.length > 1)
    throw new UserError(`The records are of different scenarios: ${scenarios.join(', ')}`)
  const sizes = read.map(({scenario: _scenario, ...size}) => size)
  const points = sizes.map(({replicas, lower, upper}) => ({n: replicas, rate: (lower + upper) / 2}))
  const spread = Math.max(...sizes.map(({lower, upper}) => (upper - lower) / (upper + lower)))
  const fit = describeScaling(points, {spread, random: seededRandom(1)})
  if (!fit) {
    throw new UserError('At least two different sizes are needed to fit a law', {
      hint: 'Search once at each size, then name the records: 1=RECORD 2=RECORD 4=RECORD',
    })
  }
  const text = scalingText(sizes, fit)
  if (html !== undefined) await writeText(html, scalingPage(sizes, fit, text, await readPageAssets()))
  return {json: {sizes, fit}, text}
}
