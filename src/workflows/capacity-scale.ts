import {resultOf} from '../capacity/result.js'
import {type Scaling, type Size, scalingOf, sizeOf} from '../capacity/sizes.js'
import {UserError} from '../errors.js'
import {readPageAssets} from '../output/page-assets.js'
import {writeText} from '../output/write-reports.js'
import {scalingPage} from '../reporters/capacity/page.js'
import {scalingMarkdown, scalingText} from '../reporters/capacity/scaling.js'
import {priceFlag} from './capacity-flags.js'
import {readCapacity} from './capacity-record.js'

const readSize = async (
  text: string,
  pricePerHour: number | undefined,
): Promise<{size: Size; scenario: string}> => {
  const [, number = '', record = ''] = /^(\d+)=(.+)$/.exec(text) ?? []
  const replicas = Number(number)
  if (record === '' || replicas < 1) {
    throw new UserError(`${text}: expected a number of replicas and a capacity record`, {
      hint: 'Write for example: shakedown capacity scale 1=RECORD 2=RECORD 4=RECORD',
    })
  }
  const {header, lines} = await readCapacity(record)
  const size = sizeOf(resultOf(header, lines), {replicas, record, pricePerHour})
  if (size === undefined) {
    throw new UserError(`${record} has no interval, so nothing can be fitted to it`, {
      hint: 'Its search was cut off, or found only one bound: go on with it (--resume), or search again.',
    })
  }
  checkCount(record, replicas, header.asked.replicas)
  return {size, scenario: header.scenario}
}

/** A record that says in how many replicas it was made is taken at its word. */
const checkCount = (record: string, replicas: number, asked: Readonly<Record<string, number>> = {}): void => {
  const counts = Object.entries(asked)
  if (counts.length === 0 || counts.some(([, count]) => count === replicas)) return
  const was = counts.map(([name, count]) => `${name}=${count}`).join(', ')
  throw new UserError(`${record} was made with ${was}, not with ${replicas} replicas`)
}

/**
 * Fits the Universal Scalability Law to capacities that were found at several sizes. `price` is that of one replica.
 * Throws UserError for fewer than two sizes, and for records of different scenarios.
 */
export const scaleCapacities = async (
  given: readonly string[],
  {
    price,
    html,
    markdown,
  }: {price?: string | undefined; html?: string | undefined; markdown?: string | undefined},
): Promise<{json: Scaling; text: string}> => {
  const pricePerHour = priceFlag(price)
  const read: Awaited<ReturnType<typeof readSize>>[] = []
  for (const text of given) read.push(await readSize(text, pricePerHour))
  const scenarios = [...new Set(read.map(({scenario}) => scenario))]
  if (scenarios.length > 1)
    throw new UserError(`The records are of different scenarios: ${scenarios.join(', ')}`)
  const scaling = scalingOf(
    read.map(({size}) => size),
    {scenario: scenarios[0] ?? '', ...(pricePerHour !== undefined && {pricePerHour})},
  )
  if (!scaling.fit) {
    throw new UserError('At least two different sizes are needed to fit a law', {
      hint: 'Search once at each size, then name the records: 1=RECORD 2=RECORD 4=RECORD',
    })
  }
  if (html !== undefined) await writeText(html, scalingPage(scaling, await readPageAssets()))
  if (markdown !== undefined) await writeText(markdown, scalingMarkdown(scaling))
  return {json: scaling, text: scalingText(scaling)}
}
