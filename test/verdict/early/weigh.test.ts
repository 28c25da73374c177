import {expect, it} from 'vitest'
import {leastBlocks, weigh} from '../../../src/verdict/early/weigh.js'
import type {Block} from '../../../src/verdict/statistics/dispersion.js'

const blocks = (amount: number, bad: number | ((at: number) => number), transient = false): Block[] =>
  Array.from({length: amount}, (_, at) => ({
    bad: typeof bad === 'number' ? bad : bad(at),
    total: 100,
    transient,
  }))

const question = {target: 0.9, confidence: 0.95, tests: 1, wholeBlocks: 100}

it('is certain of what is clear, in both directions', () => {
  expect(weigh(blocks(30, 2), question).state).toBe('met')
  expect(weigh(blocks(30, 25), question).state).toBe('missed')
  expect(weigh(blocks(30, 10), question).state).toBe('undecided')
})

it('decides nothing before enough blocks have shown how errors come', () => {
  expect(weigh(blocks(leastBlocks - 1, 0), question).state).toBe('undecided')
  expect(weigh(blocks(leastBlocks, 0), question).state).toBe('met')
})

it('needs more evidence where errors come in bursts', () => {
  // As many bad ones, in every eighth block.
  const even = weigh(blocks(32, 5), question)
  const bursts = weigh(
    blocks(32, (at) => (at % 8 === 7 ? 40 : 0)),
    question,
  )
  expect(even.counts).toEqual(bursts.counts)
  expect(bursts.met).toBeLessThan(even.met)
  expect(bursts.state).toBe('undecided')
  expect(bursts.interval.high).toBeGreaterThan(even.interval.high)
})

it('asks more of a miss the more checks are made, and no more of a pass', () => {
  const seen = blocks(20, 14)
  const alone = weigh(seen, question)
  expect(alone.state).toBe('missed')
  expect(weigh(seen, {...question, tests: 1e6}).state).toBe('undecided')
  expect(weigh(blocks(30, 2), {...question, tests: 1e6}).state).toBe('met')
})

it('counts what a fault did as it began once, and only what came after as what goes on', () => {
  const seen = [...blocks(5, 80, true), ...blocks(25, 1)]
  // So far 14 % are bad; over 100 blocks it will be 5 %.
  const weight = weigh(seen, question)
  expect(weight.counts.bad / weight.counts.total).toBeCloseTo(425 / 3000)
  expect(weight.estimate).toBeCloseTo(0.0495)
  expect(weight.state).toBe('met')
  // In a phase of 35 blocks, the beginning spoils it.
  expect(weigh(seen, {...question, wholeBlocks: 35}).state).toBe('missed')
})

it('has lost a phase whose beginning alone was worse than all of it may be', () => {
  const seen = [...blocks(12, 100, true), ...blocks(20, 0)]
  expect(weigh(seen, question).state).toBe('missed')
  expect(weigh(seen, {...question, wholeBlocks: 400}).state).not.toBe('missed')
})

it('has an interval that agrees with its decision', () => {
  const met = weigh(blocks(30, 2), question)
  expect(met.interval.high).toBeLessThanOrEqual(0.1)
  const missed = weigh(blocks(30, 25), question)
  expect(missed.interval.low).toBeGreaterThanOrEqual(0.1)
  expect(missed.interval.low).toBeLessThan(missed.estimate)
  expect(met.missed).toBeLessThan(1)
})
