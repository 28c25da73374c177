import {describe, expect, it} from 'vitest'
import {deckOf} from '../../../src/engines/autocannon/draw.js'
import {planOf} from '../../fakes/engine-plan.js'

const deck = (seed: number) =>
  deckOf(
    planOf({
      endpoints: {edge: 'http://127.0.0.1:9/shop'},
      requests: [
        {name: 'often', path: '/a/{{pick skus}}', weight: 9},
        {name: 'seldom', method: 'POST', path: '/b', weight: 1, body: {n: '{{sequence}}'}, timeoutMs: 70},
      ],
      loop: {connections: 1, durationMs: 1000},
      data: {skus: ['x', 'y']},
      seed,
    }),
  )

const draws = (seed: number, count: number) => {
  const {draw} = deck(seed)
  return Array.from({length: count}, draw)
}

describe('the deck of a closed loop', () => {
  it('draws by weight, the same for the same seed', () => {
    const drawn = draws(1, 1000)
    expect(draws(1, 1000)).toEqual(drawn)
    expect(draws(2, 1000)).not.toEqual(drawn)
    const seldom = drawn.filter(({nameIndex}) => nameIndex === 1).length
    expect(seldom).toBeGreaterThan(60)
    expect(seldom).toBeLessThan(150)
  })

  it('writes what autocannon is given', () => {
    expect(deck(1)).toMatchObject({names: ['often', 'seldom'], origin: 'http://127.0.0.1:9'})
    const drawn = draws(1, 100)
    const index = drawn.findIndex(({nameIndex}) => nameIndex === 1)
    expect(drawn[index]).toMatchObject({
      method: 'POST',
      path: '/shop/b',
      headers: {'content-type': 'application/json'},
      body: `{"n":"${index + 1}"}`,
      timeoutMs: 70,
    })
    const often = drawn.find(({nameIndex}) => nameIndex === 0)
    expect(often?.path).toMatch(/^\/shop\/a\/[xy]$/)
    expect(often?.headers).toEqual({})
  })

  it('states that a request has no body where servers wait for one', () => {
    const requests = [{name: 'a', method: 'POST'}]
    const plan = planOf({endpoints: {edge: 'http://a'}, requests, loop: {connections: 1, durationMs: 1}})
    expect(deckOf(plan).draw().headers).toEqual({'content-length': '0'})
  })
})
