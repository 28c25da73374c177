import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {wallClock} from '../../src/system/clock.js'
import {bytesField, packSnappy, remoteWrite, type SentSeries, writeRequest} from '../fakes/remote-write.js'
import type {ApiUnderTest} from './prometheus-api.js'

const protobuf = {'content-type': 'application/x-protobuf', 'content-encoding': 'snappy'}

/** One suite of remote write 1.0 over our own server and the real one. */
export const prometheusWriteContract = (name: string, underTest: ApiUnderTest): void => {
  describe(`remote write to ${name}`, () => {
    const nowMs = Math.floor(wallClock.now() / 1000) * 1000
    let url = ''
    let stop = async (): Promise<void> => {}

    beforeAll(async () => {
      ;({url, stop} = await underTest.start())
    })
    afterAll(() => stop())

    const series = (metric: string, points: [secondsAgo: number, value: number | null][]): SentSeries => ({
      labels: {__name__: metric},
      t: points.map(([secondsAgo]) => nowMs - secondsAgo * 1000),
      v: points.map(([, value]) => value),
    })
    /** `metric` → its raw samples as `secondsAgo=value`. */
    const held = async (selector: string): Promise<Record<string, string[]>> => {
      const query = new URLSearchParams({query: `${selector}[1h]`, time: String(nowMs / 1000)})
      const response = await fetch(`${url}/api/v1/query?${query}`)
      // What the API of Prometheus answers a range selector with.
      const {data} = (await response.json()) as {
        data: {result: {metric: Record<string, string>; values: [number, string][]}[]}
      }
      return Object.fromEntries(
        data.result.map(({metric, values}) => [
          metric['__name__'],
          values.map(([t, v]) => `${nowMs / 1000 - t}=${v}`),
        ]),
      )
    }
    const post = async (body: Uint8Array, headers: Record<string, string>): Promise<[number, string]> => {
      const response = await fetch(`${url}/api/v1/write`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      })
      return [response.status, await response.text()]
    }
    const good = {status: 204, text: ''}

    it('stores samples, and the same sample once', async () => {
      expect(
        await remoteWrite(url, [
          series('plain', [
            [60, 1],
            [50, 2.5],
          ]),
        ]),
      ).toEqual(good)
      expect(
        await remoteWrite(url, [
          series('plain', [
            [50, 2.5],
            [40, 3],
          ]),
        ]),
      ).toEqual(
        // The one at 60 s would be too old by now; the one at 50 s is the newest, and the same.
        good,
      )
      expect(await held('plain')).toEqual({plain: ['60=1', '50=2.5', '40=3']})
    })

    it('stores nothing of a request that has a sample out of order', async () => {
      await remoteWrite(url, [
        series('ordered', [
          [60, 1],
          [50, 2],
        ]),
      ])
      const sent = [
        series('before_it', [[10, 1]]),
        series('ordered', [[55, 3]]),
        series('after_it', [[10, 1]]),
      ]
      expect(await remoteWrite(url, sent)).toEqual({status: 400, text: 'out of order sample\n'})
      expect(await held('{__name__=~"ordered|before_it|after_it"}')).toEqual({ordered: ['60=1', '50=2']})
    })

    it('does not overwrite a sample', async () => {
      await remoteWrite(url, [series('fixed', [[50, 2]])])
      const text = `duplicate sample for timestamp ${nowMs - 50_000}; overrides not allowed: existing 2, new value 3\n`
      expect(await remoteWrite(url, [series('fixed', [[50, 3]])])).toEqual({status: 400, text})
    })

    it('passes over what is out of order within one request', async () => {
      expect(
        await remoteWrite(url, [
          series('mixed', [
            [40, 1],
            [45, 2],
            [40, 9],
            [30, 3],
          ]),
        ]),
      ).toEqual(good)
      expect(await held('mixed')).toEqual({mixed: ['40=1', '30=3']})
    })

    it('joins a series that a request names twice', async () => {
      expect(await remoteWrite(url, [series('twice', [[40, 1]]), series('twice', [[30, 2]])])).toEqual(good)
      expect(await held('twice')).toEqual({twice: ['40=1', '30=2']})
    })

    it('refuses samples from the future, and from long ago', async () => {
      const future = await remoteWrite(url, [series('future', [[-700, 1]])])
      expect(future).toEqual({status: 400, text: 'out of bounds: timestamp is too far in the future\n'})
      const past = await remoteWrite(url, [series('past', [[7 * 3600, 1]])])
      expect(past).toEqual({status: 400, text: 'out of bounds\n'})
    })

    it('ends a series at a staleness marker', async () => {
      await remoteWrite(url, [
        series('ended', [
          [20, 1],
          [10, null],
        ]),
        series('nan', [[10, Number.NaN]]),
      ])
      expect(await held('{__name__=~"ended|nan"}')).toEqual({ended: ['20=1'], nan: ['10=NaN']})
      const response = await fetch(`${url}/api/v1/query?query=ended&time=${nowMs / 1000}`)
      expect(await response.json()).toMatchObject({data: {result: []}})
    })

    it('passes over series without a name or with a label twice', async () => {
      const [t, v] = [[nowMs - 1000], [1]]
      const sent: SentSeries[] = [
        {labels: {only: 'x'}, t, v},
        {
          labels: [
            ['__name__', 'label_twice'],
            ['a', '1'],
            ['a', '2'],
          ],
          t,
          v,
        },
        {
          labels: [
            ['z', 'Z'],
            ['__name__', 'unsorted'],
            ['a', 'ü 😀'],
            ['empty', ''],
          ],
          t,
          v,
        },
      ]
      expect(await remoteWrite(url, sent)).toEqual(good)
      const response = await fetch(
        `${url}/api/v1/series?match[]=${encodeURIComponent('{__name__=~"label_twice|unsorted"}')}&match[]=${encodeURIComponent('{only="x"}')}`,
      )
      expect(await response.json()).toMatchObject({data: [{__name__: 'unsorted', a: 'ü 😀', z: 'Z'}]})
    })

    it('passes over series with bytes that are not UTF-8', async () => {
      const labels = {__name__: 'not_utf8', a: '\u00ff'}
      const message = writeRequest([{labels, t: [nowMs - 1000], v: [1]}, series('beside_it', [[1, 2]])])
      message.fill(0xff, message.indexOf('\u00ff'), message.indexOf('\u00ff') + 2)
      expect(await post(packSnappy(message), protobuf)).toEqual([204, ''])
      expect(await held('{__name__=~"not_utf8|beside_it"}')).toEqual({beside_it: ['1=2']})
    })

    it('reads numbers of every size', async () => {
      const values = [0, -0, 1e-300, -1.5e300, Number.POSITIVE_INFINITY, 2 ** 53]
      const points = values.map((value, index): [number, number] => [60 - index, value])
      expect(await remoteWrite(url, [series('sizes', points)])).toEqual(good)
      expect(await held('sizes')).toEqual({
        sizes: ['60=0', '59=-0', '58=1e-300', '57=-1.5e+300', '56=+Inf', '55=9007199254740992'],
      })
    })

    it('takes an empty request, and passes over metadata and fields from the future', async () => {
      expect(await remoteWrite(url, [])).toEqual(good)
      expect(await post(Buffer.alloc(0), protobuf)).toEqual([204, ''])
      const unknown = [bytesField(3, Buffer.from('')), bytesField(15, Buffer.from('later'))]
      const body = Buffer.concat([...unknown, writeRequest([series('after_unknown', [[5, 1]])])])
      expect(await post(packSnappy(body), protobuf)).toEqual([204, ''])
      expect(await held('after_unknown')).toEqual({after_unknown: ['5=1']})
    })

    it.each([
      ['no Snappy', Buffer.from('abc'), 'snappy: corrupt input\n'],
      ['a length that lies', Buffer.from([200, 1, 0, 65]), 'snappy: corrupt input\n'],
      ['a copy from before the start', Buffer.from([8, 0, 65, 5, 9]), 'snappy: corrupt input\n'],
      ['a message cut off', packSnappy(Buffer.from([10, 50, 1])), 'unexpected EOF\n'],
    ])('refuses %s', async (_, body, text) => {
      expect(await post(body, protobuf)).toEqual([400, text])
    })

    it.each([
      [
        {'content-type': 'text/plain'},
        'expected application/x-protobuf as the first (media) part, got text/plain content-type',
      ],
      [
        {'content-type': 'application/x-protobuf;proto=foo', 'content-encoding': 'snappy'},
        'got application/x-protobuf;proto=foo content type; unknown remote write protobuf message foo, supported: ' +
          'prometheus.WriteRequest, io.prometheus.write.v2.Request',
      ],
      [
        {'content-type': 'application/x-protobuf', 'content-encoding': 'gzip'},
        'gzip encoding (compression) is not accepted by this server; only snappy is acceptable',
      ],
    ])('answers 415 to %o', async (headers: Record<string, string>, text) => {
      const [status, answer] = await post(packSnappy(writeRequest([])), headers)
      expect([status, answer.split('\n')[0]]).toEqual([415, text])
    })

    it('takes a request that says it is version 1, and one that does not say what it is', async () => {
      const body = packSnappy(writeRequest([series('version_one', [[5, 1]])]))
      const versioned = {...protobuf, 'content-type': 'application/x-protobuf;proto=prometheus.WriteRequest'}
      expect(await post(body, versioned)).toEqual([204, ''])
      const response = await fetch(`${url}/api/v1/write`, {method: 'POST', body: new Uint8Array(body)})
      expect([response.status, await response.text()]).toEqual([204, ''])
    })

    it('takes many series at once', async () => {
      const many = Array.from(
        {length: 2000},
        (_, index): SentSeries => ({
          labels: {__name__: 'many', instance: `host-${index % 50}`, path: `/p/${index}`},
          t: [nowMs - 2000, nowMs - 1000],
          v: [index, index * 2],
        }),
      )
      expect(await remoteWrite(url, many)).toEqual(good)
      const response = await fetch(`${url}/api/v1/query?query=sum(many)&time=${nowMs / 1000}`)
      expect(await response.json()).toMatchObject({data: {result: [{value: [nowMs / 1000, '3998000']}]}})
    })
  })
}
