import {describe, expect, it} from 'vitest'
import type {Engine, LoadFeature} from '../../src/engines/engine.js'
import {checkFit, featuresInWords, misfitsOf} from '../../src/engines/fit.js'
import {UserError} from '../../src/errors.js'
import type {Load, LoadStream, RequestSpec} from '../../src/scenarios/scenario.js'

const all = Object.keys(featuresInWords) as LoadFeature[] // The table has every feature, and no other.

const engine = (loop: Engine['loop'], can: readonly LoadFeature[] = all): Engine => ({
  summary: 'Sends.',
  loop,
  can,
  prepare: () => Promise.reject(new Error('not asked to')),
})

const request: RequestSpec = {name: 'a', weight: 1, method: 'GET', path: '/', headers: {}}
const stream: LoadStream = {name: 'load', profile: {kind: 'constant', ratePerSecond: 1}, requests: [request]}
const closed: LoadStream = {...stream, profile: {kind: 'connections', connections: 5, pipelining: 1}}
const load = (changes: Partial<Load> = {}): Load => ({
  engine: 'x',
  streams: [stream],
  data: {},
  timeoutMs: 1000,
  maxInFlight: 10,
  ...changes,
})

const asks: [LoadFeature, Load, string][] = [
  ['requests', load(), 'load.requests'],
  ['flows', load({streams: [{...stream, flows: [{name: 'f', weight: 1, steps: []}]}]}), 'load.flows'],
  ['streams', load({streams: [stream, {...stream, name: 'b'}]}), 'load'],
  ['poisson', load({streams: [{...stream, poisson: true}]}), 'load.poisson'],
  ['poisson', load({streams: [stream, {...stream, poisson: true}]}), 'load.streams[1].poisson'],
  ['script', load({script: {path: '/s.js', sha256: '', env: {}}, streams: []}), 'load.script'],
  [
    'breakpoint',
    load({streams: [{...stream, profile: {kind: 'breakpoint', fromPerSecond: 1, toPerSecond: 2}}]}),
    'load.profile',
  ],
  [
    'replay',
    load({streams: [{...stream, requests: [], replay: {path: 'a.log', speed: 1, entries: []}}]}),
    'load.replay',
  ],
  ['threads', load({threads: 2}), 'load.threads'],
  ['http2', load({connection: {http: 2}}), 'load.connection'],
  ['tls', load({connection: {tls: {serverName: 'a'}}}), 'load.connection'],
  ['expect', load({streams: [{...stream, requests: [{...request, expect: ['2xx']}]}]}), 'load.requests'],
  ['cluster', load({on: 'kubernetes'}), 'load.on'],
]

describe('an engine and a load', () => {
  it.each(asks)('do not fit when the load asks for %s and the engine cannot', (feature, asking, place) => {
    expect(misfitsOf('x', engine('open'), asking)).toEqual([])
    const without = engine(
      'open',
      all.filter((one) => one !== feature),
    )
    const [misfit, ...more] = misfitsOf('x', without, asking)
    expect(more).toEqual([])
    const can = feature === 'script' || feature === 'cluster' ? 'k6' : 'pacer'
    expect(misfit?.message).toBe(`x cannot ${featuresInWords[feature]}: \`engine: ${can}\` can`)
    const failure = (() => {
      try {
        checkFit('x', without, asking)
        return undefined
      } catch (error) {
        return error
      }
    })()
    expect(failure).toBeInstanceOf(UserError)
    expect(String(failure)).toContain(`\n  ${place}: x cannot`)
  })

  it('ask for everything that there is', () => {
    expect(new Set(asks.map(([feature]) => feature))).toEqual(new Set(all))
  })

  it('do not fit when one keeps a rate and the other cannot', () => {
    expect(misfitsOf('x', engine('open'), load())).toEqual([])
    expect(misfitsOf('x', engine('closed'), load({streams: [closed]}))).toEqual([])
    expect(misfitsOf('x', engine('closed'), load())).toEqual([
      {path: ['load', 'profile'], message: expect.stringMatching(/keeps to no rate: .*engine: pacer/)},
    ])
    expect(misfitsOf('x', engine('open'), load({streams: [closed]}))).toEqual([
      {path: ['load', 'profile'], message: expect.stringMatching(/planned times.*engine: autocannon/)},
    ])
  })

  it('are told of all misfits at once', () => {
    const asking = load({threads: 4, streams: [{...stream, poisson: true}]})
    expect(misfitsOf('x', engine('closed', ['requests']), asking)).toHaveLength(3)
  })
})
