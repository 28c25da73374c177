import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {BlockPool} from '../../../src/metrics/store/block-pool.js'
import type {SampleReader} from '../../../src/metrics/store/block-reader.js'
import {lazySeries} from '../../../src/metrics/store/lazy-series.js'
import {Samples} from '../../../src/metrics/store/samples.js'

const filled = (count: number, from: number): Samples => {
  const samples = new Samples(new BlockPool())
  for (let t = 1; t <= count; t++) samples.append(t, t % 100 === 99 ? null : from + t)
  return samples
}

describe('lazySeries', () => {
  it('gives each series its own samples, in whatever order they are looked at', () => {
    const sizes = fc.array(fc.nat({max: 900}), {minLength: 1, maxLength: 40})
    const looks = fc.array(fc.tuple(fc.nat(), fc.boolean()), {maxLength: 60})
    fc.assert(
      fc.property(sizes, looks, fc.nat({max: 300}), (counts, order, fromMs) => {
        const all = counts.map((count, index) => filled(count, index * 1000))
        const found = all.map((samples, index) => ({labels: {index: String(index)}, samples}))
        const series = lazySeries(found, fromMs, 500)
        // Kept until the end: what is read later must not overwrite it.
        const seen = order.map(([pick, timesFirst]) => {
          const index = pick % counts.length
          const one = series[index]
          return {index, t: timesFirst ? one?.t : undefined, v: one?.v, labels: one?.labels}
        })
        for (const {index, t, v, labels} of seen) {
          const own = all[index]?.between(fromMs, 500)
          expect({...own, labels}).toEqual({t: t ?? own?.t, v, labels: {index: String(index)}})
        }
      }),
    )
  })

  it('reads a series when it is looked at, once for times and values', () => {
    const readers: (SampleReader | undefined)[] = []
    const found = [1, 2, 3].map((index) => {
      const samples = filled(10, index)
      const between: Samples['between'] = (fromMs, toMs, reader) => {
        readers.push(reader)
        return samples.between(fromMs, toMs, reader)
      }
      return {labels: {}, samples: {roomFor: samples.roomFor.bind(samples), between}}
    })
    const series = lazySeries(found, 0, 100)
    expect(readers).toHaveLength(0)
    for (const {t, v} of series.slice(0, 2)) expect([t.length, v.length]).toEqual([10, 10])
    expect(readers).toHaveLength(2)
    expect(readers[0]).toBe(readers[1])
  })

  it('makes room for no more than it may need', () => {
    const rooms = [1, 50, 10_000].map((count) => {
      const found = Array.from({length: 100}, () => ({labels: {}, samples: filled(count, 0)}))
      const t = lazySeries(found, 0, count)[0]?.t
      return t instanceof Float64Array ? t.buffer.byteLength / 8 : undefined
    })
    expect(rooms).toEqual([100, 5000, 16_384])
  })
})
