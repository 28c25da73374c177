import {describe, expect, it} from 'vitest'
import {levelsOf} from '../../src/plan/envelope.js'
import {envelopeInWords} from '../../src/plan/envelope-words.js'
import {meanLevel} from '../../src/plan/strength.js'
import type {Envelope} from '../../src/scenarios/scenario.js'

const seconds = (value: number): number => value * 1_000

/** What the envelope means, without steps; times from the fault's start. */
const curveOf = (envelope: Envelope, lengthMs: number, atMs: number): number => {
  switch (envelope.kind) {
    case 'ramp': {
      const {upMs, downMs} = envelope
      return Math.min(1, upMs > 0 ? atMs / upMs : 1, downMs > 0 ? (lengthMs - atMs) / downMs : 1)
    }
    case 'pulse':
      return atMs % envelope.everyMs < envelope.onMs ? 1 : 0
    case 'oscillate': {
      const swing = (1 - Math.cos((2 * Math.PI * atMs) / envelope.periodMs)) / 2
      return envelope.low + (1 - envelope.low) * swing
    }
  }
}

const ramp = (up: number, down: number): Envelope => ({
  kind: 'ramp',
  upMs: seconds(up),
  downMs: seconds(down),
})
const pulse = (every: number, on: number): Envelope => ({
  kind: 'pulse',
  everyMs: seconds(every),
  onMs: seconds(on),
})
const oscillate = (period: number, low: number): Envelope => ({
  kind: 'oscillate',
  periodMs: seconds(period),
  low,
})

const cases: [words: string, envelope: Envelope, lengthMs: number][] = [
  ['rises over 10s, falls over its last 5s', ramp(10, 5), seconds(30)],
  ['rises over 1s', ramp(1, 0), seconds(3)],
  ['falls over its last 30s', ramp(0, 30), seconds(30)],
  ['rises over 10s, falls over its last 10s', ramp(10, 10), seconds(20)],
  ['rises over 1h', ramp(3600, 0), seconds(3600)],
  ['on for 2s of every 10s', pulse(10, 2), seconds(35)],
  ['on for 500ms of every 1s', pulse(1, 0.5), seconds(300)],
  ['swings between 20% and 100% every 20s', oscillate(20, 0.2), seconds(60)],
  ['swings between 0% and 100% every 2s', oscillate(2, 0), seconds(7)],
  ['swings between 50% and 100% every 1m', oscillate(60, 0.5), seconds(1_800)],
]

describe.each(cases)('an envelope that %s', (words, envelope, lengthMs) => {
  const startMs = seconds(12)
  const levels = levelsOf(envelope, startMs, startMs + lengthMs)

  it('is said so', () => expect(envelopeInWords(envelope)).toBe(words))

  it('begins with the fault, goes on in time, and never says the same twice', () => {
    expect(levels[0]?.atMs).toBe(startMs)
    for (const [index, {atMs, level}] of levels.entries()) {
      const next = levels[index + 1]
      expect(atMs).toBeLessThan(next?.atMs ?? startMs + lengthMs)
      expect(level).not.toBe(next?.level)
    }
  })

  it('stays between no effect and what the options ask for, and gets there', () => {
    const all = levels.map(({level}) => level)
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...all)).toBeLessThanOrEqual(1)
    expect(Math.max(...all)).toBeGreaterThan(0.97)
  })

  it('changes at most twice a second, and at most 600 times', () => {
    expect(levels.length).toBeLessThanOrEqual(601)
    for (const {atMs} of levels) {
      const soon = levels.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000)
      expect(soon.length).toBeLessThanOrEqual(3)
    }
  })

  it('keeps to its curve: as much above as below, nowhere far off', () => {
    const stepMs = 50
    const samples = Array.from({length: lengthMs / stepMs}, (_, index) => (index + 0.5) * stepMs)
    const meant = samples.map((atMs) => curveOf(envelope, lengthMs, atMs))
    const got = samples.map((atMs) => {
      const fromMs = startMs + atMs - stepMs / 2
      return meanLevel(levels, {fromMs, toMs: fromMs + stepMs})
    })
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(Math.abs(mean(got) - mean(meant))).toBeLessThan(0.03)
    expect(mean(got.map((value, index) => Math.abs(value - (meant[index] ?? 0))))).toBeLessThan(0.13)
  })
})

describe('the levels', () => {
  it('of a pulse are exact, and the last one is cut off where the fault ends', () => {
    expect(levelsOf(pulse(10, 2), 1_000, 22_500)).toEqual([
      {atMs: 1_000, level: 1},
      {atMs: 3_000, level: 0},
      {atMs: 11_000, level: 1},
      {atMs: 13_000, level: 0},
      {atMs: 21_000, level: 1},
    ])
  })

  it('of a short ramp are as many as two a second allow', () => {
    expect(levelsOf(ramp(1, 1.5), 0, seconds(5))).toEqual([
      {atMs: 0, level: 0.25},
      {atMs: 500, level: 0.75},
      {atMs: 1_000, level: 1},
      {atMs: 3_500, level: 0.8333},
      {atMs: 4_000, level: 0.5},
      {atMs: 4_500, level: 0.1667},
    ])
  })

  it('of a long ramp are steps of five percent', () => {
    const levels = levelsOf(ramp(60, 0), 0, seconds(90))
    expect(levels).toHaveLength(21)
    expect(levels.slice(0, 2)).toEqual([
      {atMs: 0, level: 0.025},
      {atMs: 3_000, level: 0.075},
    ])
    expect(levels.at(-1)).toEqual({atMs: 60_000, level: 1})
  })

  it('of a swing reach both its low and full strength', () => {
    const all = levelsOf(oscillate(20, 0.2), 0, seconds(60)).map(({level}) => level)
    expect(all.filter((level) => level === 0.2)).toHaveLength(4)
    expect(all.filter((level) => level === 1)).toHaveLength(3)
  })
})
