import {describe, expect, it} from 'vitest'
import {breakerMoments} from '../../src/verdict/timeline-breakers.js'

/** One sample a second. */
const breaker = (instance: string, v: (number | null)[]) => ({
  labels: {__name__: 'circuit_state', job: 'order', instance, from: 'order', to: 'payment'},
  t: v.map((_, at) => 1000 + at * 1000),
  v,
})
const told = (...series: ReturnType<typeof breaker>[]): string[] =>
  breakerMoments({series}, 1000).map(({offsetMs, text}) => `${offsetMs / 1000} ${text}`)

describe('breakers in the timeline', () => {
  it('open when the first replica opens its own, and are closed when all are', () => {
    expect(told(breaker('order-1', [0, 2, 2, 1, 0, 0]), breaker('order-2', [0, 0, 2, 2, 2, 0]))).toEqual([
      '1 breaker order->payment opened',
      '5 breaker order->payment closed again',
    ])
  })

  it('are not told where they stayed closed', () => {
    expect(told(breaker('order-1', [0, 0, null, 0]))).toEqual([])
  })

  it('that only try half-open are not closed yet', () => {
    expect(told(breaker('order-1', [0, 2, 1, 2, 1, 2]))).toEqual(['1 breaker order->payment opened'])
  })

  it('that flap are told a few times and counted from there on', () => {
    const flapping = Array.from({length: 20}, (_, at) => (at % 2 === 0 ? 0 : 2))
    expect(told(breaker('order-1', flapping))).toEqual([
      '1 breaker order->payment opened',
      '2 breaker order->payment closed again',
      '3 breaker order->payment opened',
      '4 breaker order->payment closed again, and turned 15 times more',
    ])
  })
})
