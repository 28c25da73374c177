import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {BlockPool, blockBytes} from '../../../src/metrics/store/block-pool.js'

const pageBytes = 64 * 1024
const perPage = pageBytes / blockBytes

describe('BlockPool', () => {
  it('never hands out a block twice, and counts what it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: -800, max: 800}), {maxLength: 20}), (changes) => {
        const pool = new BlockPool()
        const held: number[] = []
        let most = 0
        for (const change of changes) {
          for (let count = 0; count < change; count++) held.push(pool.take())
          for (const block of held.splice(0, Math.max(0, -change))) pool.give(block)
          most = Math.max(most, held.length)
          const places = new Set(
            held.map((block) => `${pool.offsetOf(block)} ${Math.floor(block / perPage)}`),
          )
          expect(places.size).toBe(held.length)
          expect(pool.usedBytes).toBe(held.length * blockBytes)
          expect(pool.heldBytes).toBeLessThanOrEqual(Math.ceil((most * blockBytes) / pageBytes) * pageBytes)
        }
      }),
    )
  })

  it('gives a page back when none of its blocks is used', () => {
    const pool = new BlockPool()
    const blocks = Array.from({length: 2 * perPage + 100}, () => pool.take())
    expect(pool.heldBytes).toBe(3 * pageBytes)
    for (const block of blocks.slice(0, perPage)) pool.give(block)
    expect(pool.heldBytes).toBe(2 * pageBytes)
    expect(() => pool.viewOf(blocks[0] ?? 0)).toThrow('after it was given back')
    for (let count = 0; count < perPage; count++) pool.take()
    expect(pool.heldBytes).toBe(3 * pageBytes)
  })
})
