import {expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import {endsAfter} from '../../src/metrics/query-time.js'
import {MetricStore} from '../../src/metrics/store.js'
import {queryStore} from '../../src/metrics/store-query.js'

/** Each look at the clock takes a second. */
const slowClock = () => {
  let nowMs = 1e12
  return {now: () => (nowMs += 1000)}
}

const filled = (): MetricStore => {
  const store = new MetricStore()
  for (let n = 0; n < 50; n++) store.append(store.series({__name__: 'x', n: String(n)}), 1000, n)
  return store
}

it('a query that lasts too long is ended, and its store goes on', () => {
  const store = filled()
  const ask = (limitMs: number) => queryStore(store, 'sum(x)', 1000, {spend: endsAfter(limitMs, slowClock())})
  expect(() => ask(20_000)).toThrow(
    expect.objectContaining({
      constructor: UserError,
      message: 'The query has no answer after 20 s: it was ended.',
      hint: 'Ask for fewer series, a shorter range, or longer steps.',
    }),
  )
  expect(ask(1_000_000).answers).toEqual([{labels: {}, value: 1225}])
})
