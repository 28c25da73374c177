import {z} from 'zod'
import {duration, formatBytes, formatDuration} from '../scenarios/units.js'
import {edgeBytes, edgeOptions} from './edges/edge-options.js'
import {heldBack} from './edges/held-back.js'
import {toxicFault} from './edges/toxic.js'

/** Longer pauses would make one answer last for hours. */
const longestPauseMs = 60_000
/** Pauses that add up to less cannot be felt by a probe. */
const tellableMs = 20

/** Cuts what passes an edge in one direction into small pieces. */
export default toxicFault({
  summary: 'Cuts what passes an edge in one direction into small pieces, with pauses between them.',
  example: 'slicer: {edge: gateway->catalog, average-size: 100B, size-variation: 20B, delay: 10ms}',
  type: 'slicer',
  options: z
    .strictObject({
      ...edgeOptions,
      'average-size': edgeBytes.describe(
        'Size of a piece. Data is halved until no piece is longer than average plus variation: without variation, pieces are half of this size to all of it.',
      ),
      'size-variation': edgeBytes
        .prefault('0B')
        .describe('How far the size of a piece may be off; at most `average-size`.'),
      delay: duration
        .refine((ms) => Number.isInteger(ms * 1_000), {error: 'expected whole microseconds ("0.001ms")'})
        .refine((ms) => ms <= longestPauseMs, {error: 'expected at most "60s"'})
        .prefault('0s')
        .describe('Pause after each piece, from `0.001ms` (1 µs) to `60s`.'),
    })
    // Not Toxiproxy's own rule, which a real one dies of: it lets variation be 1 more than average, which helps nobody.
    .refine((options) => options['average-size'] >= 1, {
      path: ['average-size'],
      error: 'expected at least "1B": there is nothing smaller to cut to',
    })
    .refine((options) => options['size-variation'] <= options['average-size'], {
      path: ['size-variation'],
      error: 'expected at most `average-size`: a piece cannot be shorter than nothing',
    }),
  attributes: (options) => ({
    average_size: options['average-size'],
    size_variation: options['size-variation'],
    delay: Math.round(options.delay * 1_000),
  }),
  does: (options) => {
    const {'average-size': size, 'size-variation': variation, delay} = options
    const pieces = `${formatBytes(size)}${variation > 0 ? ` ± ${formatBytes(variation)}` : ''}`
    return `cuts data into pieces of ${pieces}${delay > 0 ? `, ${formatDuration(delay)} apart` : ''}`
  },
  // Fewer, longer pieces and shorter pauses.
  weaker: (options, level) => {
    const grown = (bytes: number) => Math.min(1e12, Math.round(bytes / level))
    const size = grown(options['average-size'])
    const variation = Math.min(size, grown(options['size-variation']))
    const delay = Math.round(options.delay * level * 1_000) / 1_000
    return {...options, 'average-size': size, 'size-variation': variation, delay}
  },
  probe: ({delay}) => ({limitMs: 3_000, watch: 'whole', quietMs: Math.max(250, 3 * delay)}),
  bites: ({outcome, ms, sent, received}, healthyMs, options) => {
    const passed = options.direction === 'upstream' ? sent : received
    const pieces = Math.ceil(passed / (options['average-size'] + options['size-variation']))
    const takes = (pieces - 1) * options.delay
    if (takes < tellableMs || outcome === 'refused') return undefined
    return heldBack(ms, healthyMs, takes)
  },
})
