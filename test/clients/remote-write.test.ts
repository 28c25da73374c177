import fc from 'fast-check'
import {afterEach, describe, expect, it} from 'vitest'
import {packSnappy} from '../../src/clients/remote-write/pack.js'
import {writeRequest} from '../../src/clients/remote-write/write-request.js'
import {openRemoteWrite, writeSamples} from '../../src/clients/remote-write.js'
import {unpackSnappy} from '../../src/metrics/server/snappy.js'
import {readWriteRequest} from '../../src/metrics/server/write-request.js'
import {wallClock} from '../../src/system/clock.js'
import {startTestServer} from '../fakes/metrics-server.js'
import {type Receiver, startReceiver} from '../fakes/receiver.js'

const limit = 64 * 1024 * 1024
const roundTrip = (bytes: Buffer): Buffer => unpackSnappy(packSnappy(bytes), limit)

describe('packSnappy', () => {
  it.each([
    ['nothing', ''],
    ['a few bytes', 'abc'],
    ['one byte again and again', 'a'.repeat(1000)],
    ['a literal of 61 bytes', Array.from({length: 61}, (_, at) => String.fromCharCode(33 + at)).join('')],
    ['text like ours', 'shakedown_objective_estimate{scenario="payment-slow"}'.repeat(200)],
  ])('unpacks to what it was: %s', (_, text) => {
    expect(roundTrip(Buffer.from(text)).toString()).toBe(text)
  })

  it('unpacks to what it was, whatever it was', () => {
    const pieces = fc.array(fc.oneof(fc.uint8Array({maxLength: 80}), fc.constant(new Uint8Array(70).fill(7))))
    fc.assert(
      fc.property(pieces, fc.integer({min: 1, max: 3}), (parts, times) => {
        const bytes = Buffer.concat(Array.from({length: times}, () => parts).flat())
        expect(roundTrip(bytes).equals(bytes)).toBe(true)
      }),
    )
  })

  it('copies from no farther than it can say, and packs what repeats', () => {
    const noise = Buffer.from(Array.from({length: 70_000}, (_, at) => (at * at * 31 + at * 7) % 251))
    const far = Buffer.concat([Buffer.from('a beginning'), noise, Buffer.from('a beginning')])
    expect(roundTrip(far).equals(far)).toBe(true)
    expect(packSnappy(Buffer.alloc(100_000)).length).toBeLessThan(6_000)
  })
})

describe('writeRequest', () => {
  it('reads back with its labels in order and without empty ones', () => {
    const labels = {scenario: 'ü → "x"', __name__: 'a', empty: ''}
    const samples = [
      {labels, tMs: 1_795_295_882_542, value: -0.25},
      {labels, tMs: 1, value: Number.POSITIVE_INFINITY},
    ]
    expect(readWriteRequest(writeRequest(samples))).toEqual(
      samples.map(({tMs, value}) => ({
        labels: [
          ['__name__', 'a'],
          ['scenario', 'ü → "x"'],
        ],
        samples: [{tMs, value}],
        histograms: 0,
      })),
    )
  })
})

let receiver: Receiver | undefined
afterEach(async () => await receiver?.close())

const sample = {labels: {__name__: 'up', job: 'x'}, tMs: 1_795_295_882_542, value: 1}

const send = async (environment: Record<string, string>, status = 204): Promise<void> => {
  receiver = await startReceiver(() => ({status, body: status === 204 ? '' : 'out of order sample\nmore'}))
  const poster = openRemoteWrite(`${receiver.url}/api/v1/write`, environment)
  try {
    await writeSamples(poster, [sample], {limitMs: 20_000})
  } finally {
    await poster.close()
  }
}

describe('writeSamples', () => {
  it('is understood by our own receiver', async () => {
    const server = await startTestServer()
    const poster = openRemoteWrite(`${server.url}/api/v1/write`, {})
    const tMs = Math.round(wallClock.now())
    await writeSamples(poster, [{...sample, tMs, value: 0.25}], {limitMs: 20_000})
    await poster.close()
    const query = new URLSearchParams({query: 'up{job="x"}', time: String(tMs / 1000)})
    const answer = await fetch(`${server.url}/api/v1/query?${query}`)
    expect(await answer.json()).toMatchObject({
      data: {result: [{metric: {job: 'x'}, value: [tMs / 1000, '0.25']}]},
    })
    await server.close()
  })

  it.each([
    [{}, {}],
    [{BEARER_TOKEN: 'sesame'}, {authorization: 'Bearer sesame'}],
    [
      {USERNAME: 'sre', PASSWORD: 'pw', HEADERS: 'X-Scope-OrgID: team-a'},
      {authorization: `Basic ${Buffer.from('sre:pw').toString('base64')}`, 'x-scope-orgid': 'team-a'},
    ],
  ])('sends what the environment says: %j', async (variables, headers) => {
    const named = Object.entries(variables).map(([name, value]) => [`SHAKEDOWN_REMOTE_WRITE_${name}`, value])
    await send(Object.fromEntries(named))
    expect(receiver?.received[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/write',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
        ...headers,
      },
    })
  })

  it('tells in one line what a receiver has against it', async () => {
    await expect(send({}, 400)).rejects.toThrow(/answers with status 400: out of order sample$/)
  })

  it('refuses variables that cannot be meant', async () => {
    const prefix = 'SHAKEDOWN_REMOTE_WRITE_'
    const both = {[`${prefix}BEARER_TOKEN`]: 'a', [`${prefix}USERNAME`]: 'b'}
    expect(() => openRemoteWrite('http://x', both)).toThrow('both set')
    expect(() => openRemoteWrite('http://x', {[`${prefix}HEADERS`]: 'nonsense'})).toThrow('not of the form')
    expect(() => openRemoteWrite('ftp://x', {})).toThrow('--remote-write is not an http')
  })
})
