import {describe, expect, it} from 'vitest'
import {type AskedQuery, failure, matrix, success} from '../fakes/metrics-prometheus.js'
import {answering, connected} from '../fakes/scripted-prometheus.js'

const rangeOf = ({query}: AskedQuery): number => Number(/\[(\d+)ms\]/.exec(query)?.[1])

describe('samples', () => {
  it('leaves out the left edge, which Prometheus 2 includes', async () => {
    const {source, fake} = await connected(({query}) =>
      query === 'a[2000ms]' ? matrix(1000, 2000, 3000) : undefined,
    )
    expect(await source.samples('a', 1000.7, 3000.7)).toEqual([
      {labels: {__name__: 'a'}, t: [2000, 3000], v: [2000, 3000]},
    ])
    expect(fake.asked[0]?.time).toBe('3.000')
  })

  it('leaves out a series that only had the left edge', async () => {
    const {source} = await connected(({query}) => (query === 'a[2000ms]' ? matrix(1000) : undefined))
    expect(await source.samples('a', 1000, 3000)).toEqual([])
  })

  it('fetches a long range in parts and joins them', async () => {
    const {source, fake} = await connected(({query, time}) =>
      query.startsWith('a[') ? matrix(Number(time) * 1000) : undefined,
    )
    const minute = 60_000
    const [series] = await source.samples('a', 0, 70 * minute)
    expect(series?.t).toEqual([30 * minute, 60 * minute, 70 * minute])
    expect(fake.asked.map(({query}) => query)).toEqual(['a[1800000ms]', 'a[1800000ms]', 'a[600000ms]'])
  })

  it('halves a range that the server finds too long', async () => {
    const {source, fake} = await answering((asked, response) => {
      if (rangeOf(asked) > 5000)
        return failure(response, 422, 'execution', 'query processing would load too many samples')
      success(response, matrix(Number(asked.time) * 1000))
    })
    const [series] = await source.samples('a', 0, 16_000)
    expect(series?.t).toEqual([4000, 8000, 12_000, 16_000])
    fake.answer((_, response) =>
      failure(response, 422, 'execution', 'query processing would load too many samples'),
    )
    await expect(source.samples('a', 0, 16_000)).rejects.toThrow(/too many samples/)
  })

  it('asks nothing for an empty window', async () => {
    const {source, fake} = await connected(() => undefined)
    expect(await source.samples('a', 2000, 2000)).toEqual([])
    expect(fake.asked).toEqual([])
  })
})

describe('what a server cannot hand out at once', () => {
  it('is fetched in halves when the answer is too large', async () => {
    const {source} = await answering(
      (asked, response) => {
        const data = matrix(
          ...Array.from(
            {length: rangeOf(asked) / 100},
            (_, i) => Number(asked.time) * 1000 - i * 100,
          ).reverse(),
        )
        success(response, data)
      },
      {mostBytes: 2000},
    )
    const [series] = await source.samples('a', 0, 16_000)
    expect(series?.t).toEqual(Array.from({length: 160}, (_, i) => 100 + i * 100))
  })

  it('is fetched in halves when it takes too long, but a server that hangs is not asked for ever', async () => {
    const {source, fake} = await answering(
      (asked, response) => {
        if (rangeOf(asked) <= 4000) success(response, matrix(Number(asked.time) * 1000))
        else if (rangeOf(asked) === 8000) failure(response, 503, 'timeout', 'query timed out')
        // The longest gets no answer at all.
      },
      {timeoutMs: 600},
    )
    const [series] = await source.samples('a', 0, 16_000)
    expect(series?.t).toEqual([4000, 8000, 12_000, 16_000])
    fake.answer(() => {})
    fake.asked.length = 0
    await expect(source.samples('a', 0, 16_000)).rejects.toThrow(/no whole answer within 0.6 s/)
    expect(fake.asked).toHaveLength(4)
  })

  it('is asked for once when it is wanted now, for a server that hangs takes as long for each half', async () => {
    const {source, fake} = await answering(() => {}, {timeoutMs: 300})
    await expect(source.samplesNow?.('a', 0, 16_000)).rejects.toThrow(/no whole answer within 0.3 s/)
    expect(fake.asked.filter(({query}) => query.startsWith('a['))).toHaveLength(1)
  })

  it('is doubted when the server warns, once for each warning', async () => {
    const {source} = await answering((_, response) => success(response, matrix(500), {warnings: ['partial']}))
    const warnings: string[] = []
    await source.samples('a', 0, 70 * 60_000, undefined, (warning) => warnings.push(warning))
    expect(warnings).toEqual(['partial'])
  })
})
