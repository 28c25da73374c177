import {defineToxic} from '../toxic.js'

/**
 * Hands each chunk on `latency` ± `jitter` milliseconds after it came in. The order is kept and delays of queued
 * chunks do not add up: a stream is shifted, not slowed. The end of the data is not delayed by itself.
 */
export const latency = defineToxic({
  attributes: ['latency', 'jitter'],
  goType: 'LatencyToxic',
  goInteger: 'int64',
  // A long delay has much in flight; with less room it would limit the throughput as well.
  queue: {bytes: 32 * 1024 * 1024, chunks: 65_536},

  passes: (_, {latency, jitter}) => latency <= 0 && jitter <= 0,

  async pipe(stage, attributes) {
    const spread = Math.max(0, attributes.jitter)
    for (let chunk = await stage.read(); chunk; chunk = await stage.read()) {
      // Whole milliseconds in [-jitter, jitter - 1], as the original draws them.
      const jitter = Math.floor(stage.random() * 2 * spread) - spread
      await stage.sleepUntil(chunk.receivedAt + attributes.latency + jitter)
      await stage.write(chunk.data)
    }
  },
})
