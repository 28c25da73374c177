import {describe, expect, it} from 'vitest'
import {type Block, dispersionOf} from '../../../src/verdict/statistics/dispersion.js'
import {decide} from '../../../src/verdict/statistics/interval.js'
import {shareInterval, worthOf} from '../../../src/verdict/statistics/share-interval.js'

/** Blocks of a second in which nearly all 60 events fail from one second to another, and nearly none otherwise. */
const outage = (phase: number, from: number, to: number): Block[] =>
  Array.from({length: phase}, (_, second) => ({
    bad: second >= from && second < to ? 59 : second % 10 === 9 ? 1 : 0,
    total: 60,
  }))

const outcomeOf = (blocks: Block[], target: number, confidence: number): string => {
  const bad = blocks.reduce((sum, block) => sum + block.bad, 0)
  const total = blocks.reduce((sum, block) => sum + block.total, 0)
  const worth = worthOf({bad, total}, dispersionOf(blocks, confidence), confidence)
  return decide(shareInterval({bad, total}, worth, confidence), target)
}

describe('one long outage', () => {
  it.each([
    ['of all but the first three seconds', 20, 3, 20, 0.98, 0.95, 'fail'],
    ['of all but the first three seconds', 20, 3, 20, 0.9, 0.95, 'fail'],
    ['of all but the first three seconds', 60, 3, 60, 0.99, 0.99, 'fail'],
    ['of all but the last three seconds', 20, 0, 17, 0.98, 0.95, 'fail'],
    ['of half the phase', 20, 5, 15, 0.98, 0.95, 'fail'],
    ['of half the phase', 30, 15, 30, 0.99, 0.99, 'fail'],
    ['of half the phase', 300, 30, 180, 0.99, 0.99, 'fail'],
    ['of three seconds', 20, 9, 12, 0.98, 0.95, 'inconclusive'],
    ['of three seconds', 30, 9, 12, 0.99, 0.99, 'inconclusive'],
    ['of three seconds', 60, 40, 43, 0.99, 0.95, 'inconclusive'],
    ['of three seconds, where a tenth may be bad', 300, 40, 43, 0.9, 0.95, 'pass'],
  ] as const)(
    '%s (%i s, from %i s to %i s), asked for %f at %f: %s',
    (_, phase, from, to, target, confidence, outcome) => {
      expect(outcomeOf(outage(phase, from, to), target, confidence)).toBe(outcome)
    },
  )

  it('is worth as many events as bursts of chance would have room beside each other', () => {
    expect(dispersionOf(outage(20, 3, 20), 0.95).looks).toBe(4)
    // However they hang together: fewer than six in half a minute there are not.
    expect(dispersionOf(outage(30, 15, 30), 0.99)).toMatchObject({looks: 6, effective: 6})
    // Blocks of ten seconds: each is a look of its own.
    expect(dispersionOf(outage(20, 3, 20), 0.95, 10_000).looks).toBe(20)
  })

  it('is no less bad for a fault that began with it: its first seconds count as they are', () => {
    const blocks = outage(20, 3, 20).map((block, at) => ({...block, transient: at < 5}))
    expect(outcomeOf(blocks, 0.98, 0.95)).toBe('fail')
    // As a drained node was seen to do: a second of good answers at the very end.
    const healed = blocks.map((block, at) => (at === 19 ? {...block, bad: 25} : block))
    expect(outcomeOf(healed, 0.98, 0.95)).toBe('fail')
  })
})

describe('the two ends of the interval', () => {
  it('are those of independent events where there are no bursts', () => {
    expect(worthOf({bad: 5, total: 1000}, {effective: 1000, looks: 6}, 0.99)).toEqual({missed: 1, met: 1})
  })

  it('are wider apart towards more errors, whose bursts are larger', () => {
    const {missed, met} = worthOf({bad: 50, total: 5000}, {effective: 500, looks: 6}, 0.99)
    expect(missed).toBeCloseTo(0.1, 12)
    expect(met).toBeLessThan(0.075)
    expect(met).toBeGreaterThan(0.06)
  })
})
